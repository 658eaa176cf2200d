package io.pinaudit.lab.guest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScratchTest {
  private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

  @Test
  void endsItsProcessAndLeavesNothing() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sleep", "600").start();
    Path directory;
    try (Scratch scratch = new Scratch()) {
      directory = scratch.directory();
      Files.writeString(directory.resolve("file"), "");
      scratch.use(process);
    }
    assertFalse(Files.exists(directory));
    assertFalse(process.isAlive());
  }

  @Test
  void removesWhatAKilledLabLeft() throws IOException {
    Path orphan = Files.createTempDirectory("pinaudit-lab-");
    Files.writeString(orphan.resolve("lock"), "");
    Files.setLastModifiedTime(orphan, LONG_AGO);
    new Scratch().close();
    assertFalse(Files.exists(orphan));
  }

  @Test
  void leavesALivingLabAlone() throws IOException {
    try (Scratch living = new Scratch()) {
      Files.setLastModifiedTime(living.directory(), LONG_AGO);
      new Scratch().close();
      assertTrue(Files.exists(living.directory()));
    }
  }
}
