package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTextTest {
  private static final int LINES = 100;

  @TempDir private Path folder;

  /** Writes a line of 100 bytes a second, and looks each time. */
  private Path written(KeptText kept) throws IOException {
    Path file = folder.resolve("kernel.ftrace");
    for (int second = 1; second <= LINES; second++) {
      String line = "%99d\n".formatted(second);
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      kept.look(second);
    }
    return file;
  }

  private KeptText kept(long seconds) {
    return new KeptText(folder.resolve("kernel.ftrace"), new Retention(seconds, Long.MAX_VALUE));
  }

  @Test
  void dropsWhatIsTooOldAndAtTheEndTheHoleAsWell() throws IOException {
    KeptText kept = kept(10);
    Path file = written(kept);
    assertEquals(LINES * 100, Files.size(file));
    byte[] bytes = Files.readAllBytes(file);
    assertEquals(0, bytes[0]);
    assertEquals(0, bytes[89 * 100 - 1]);
    kept.complete();
    List<String> lines = Files.readAllLines(file);
    // The line after the hole might be a part of one.
    assertEquals(10, lines.size());
    assertEquals("100", lines.getLast().strip());
    assertFalse(Files.exists(folder.resolve("kernel.ftrace.new")));
  }

  @Test
  void leavesATextAloneOfWhichAllIsKept() throws IOException {
    KeptText kept = kept(LINES);
    Path file = written(kept);
    String before = Files.readString(file);
    kept.complete();
    assertEquals(before, Files.readString(file));
    assertFalse(before.contains("\0"));
  }

  @Test
  void touchesNoFileBehindALink() throws IOException {
    Path other = Files.write(folder.resolve("other"), new byte[10_000]);
    KeptText kept = kept(10);
    Path file = written(kept);
    Files.delete(file);
    Files.createSymbolicLink(file, other);
    Files.writeString(other, "x".repeat(30_000));
    boolean refused = false;
    try {
      kept.look(2L * LINES);
      kept.look(3L * LINES);
    } catch (IOException e) {
      refused = true;
    }
    assertTrue(refused);
    assertFalse(Files.readString(other).contains("\0"));
  }
}
