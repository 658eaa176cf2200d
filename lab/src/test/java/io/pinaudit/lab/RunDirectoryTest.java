package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path directory;

  @Test
  void givesEveryRunItsOwn() throws IOException {
    LocalDateTime now = LocalDateTime.of(2026, 11, 22, 9, 5, 7);
    Path runs = directory.resolve("pinaudit-runs");
    assertEquals(runs.resolve("lab-20261122-090507"), RunDirectory.fresh(directory, now));
    assertEquals(runs.resolve("lab-20261122-090507-2"), RunDirectory.fresh(directory, now));
    assertEquals(runs.resolve("lab-20261122-090507-3"), RunDirectory.fresh(directory, now));
  }

  @Test
  void makesTheNamedOneAndKeepsWhatIsInIt() throws IOException {
    Path named = RunDirectory.named(directory.resolve("a/b").toString());
    Files.writeString(named.resolve("kept"), "");
    assertTrue(Files.exists(RunDirectory.named(named.toString()).resolve("kept")));
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThrows(UsageException.class, () -> RunDirectory.named(file.toString()));
  }

  @Test
  void saysWhatToDoWhereNoneCanBeMade() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    LocalDateTime now = LocalDateTime.of(2026, 11, 22, 9, 5, 7);
    IOException error = assertThrows(IOException.class, () -> RunDirectory.fresh(file, now));
    assertTrue(error.getMessage().endsWith("or name one with -o"), error.getMessage());
  }
}
