package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.boot.Call;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class StacksTest {
  private static final int KIND = 4711;
  private static final int OTHER_KIND = 4712;
  private static final int TRIES = 1_000;

  private final Stacks stacks = new Stacks();

  private static final class Read extends Call {
    @Override
    public void end(long result, String error) {
      stop();
    }
  }

  private static Call brief() {
    Read read = new Read();
    read.end(1, null);
    return read;
  }

  /** A busy machine may make any call a long one; not each of a thousand. */
  private boolean sometimesNot(int kind) {
    for (int i = 0; i < TRIES; i++) {
      if (!stacks.wants(brief(), kind)) {
        return true;
      }
    }
    return false;
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  @Test
  void takesTheFirstOfEachKind() {
    assertTrue(stacks.wants(brief(), KIND));
    assertTrue(stacks.wants(brief(), OTHER_KIND));
    assertTrue(sometimesNot(KIND));
    assertTrue(sometimesNot(OTHER_KIND));
  }

  @Test
  void takesOneFromTimeToTime() {
    assertTrue(stacks.wants(brief(), KIND));
    assertTrue(sometimesNot(KIND));
    pause(11);
    assertTrue(stacks.wants(brief(), KIND));
  }

  @Test
  void takesWhatACutMet() {
    assertTrue(sometimesNot(KIND));
    Read inFlight = new Read();
    stacks.cutBegins();
    inFlight.end(1, null);
    assertTrue(stacks.wants(inFlight, KIND));
    pause(3);
    assertTrue(sometimesNot(KIND));
  }

  @Test
  void takesLongCalls() {
    assertTrue(sometimesNot(KIND));
    Read read = new Read();
    pause(1);
    read.end(1, null);
    assertTrue(stacks.wants(read, KIND));
    assertFalse(stacks.wants(brief(), KIND) && !sometimesNot(KIND));
  }
}
