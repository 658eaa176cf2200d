package io.pinaudit.agent.stand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StandTest {
  private static final long DEVICE = 7;
  private static final Object CHANNEL = new Object();

  private static Stand hands(Object monitor, Reach... reaches) {
    return new Stand("pwrite", false, List.of(reaches), monitor, null);
  }

  private static Stand takes(Object monitor, Reach... reaches) {
    return new Stand("truncate", true, List.of(reaches), monitor, null);
  }

  private static Reach pages(long inode, long offset, long length) {
    return Reach.file(Reach.Use.BUFFER, DEVICE, inode, offset, length);
  }

  @Test
  void havesTheSameBytesOfTheSameFileInCommon() {
    Reach rest = pages(1, 5_000, Long.MAX_VALUE);
    assertEquals(
        new Reach(DEVICE, 1, 5_000, 8_192, Reach.Use.BUFFER),
        hands(null, pages(1, 4_096, 4_096)).common(takes(null, rest)));
    assertNull(hands(null, pages(1, 0, 4_096)).common(takes(null, rest)), "other bytes");
    assertNull(hands(null, pages(2, 4_096, 4_096)).common(takes(null, rest)), "another file");
    Reach storage = Reach.file(Reach.Use.STORAGE, DEVICE, 1, 4_096, 4_096);
    assertNull(hands(null, storage).common(takes(null, rest)), "deleting spares open files");
  }

  @Test
  void neverMeetsUnderOneLock() {
    Reach all = pages(1, 0, 4_096);
    assertNull(hands(CHANNEL, all).common(takes(CHANNEL, all)));
    assertNotNull(hands(CHANNEL, all).common(takes(new Object(), all)));
    assertNotNull(hands(null, all).common(takes(null, all)));
  }

  @Test
  void namesLambdasWithoutTheirNumbers() {
    assertEquals("lambda$main", CallStack.withoutNumber("lambda$main$12"));
    assertEquals("lambda$1", CallStack.withoutNumber("lambda$1"));
    assertEquals("run$1", CallStack.withoutNumber("run$1"));
    assertTrue(CallStack.isOfProgram("javax.swing.App"));
    assertFalse(CallStack.isOfProgram("app.Main$$Lambda/0x123"));
  }
}
