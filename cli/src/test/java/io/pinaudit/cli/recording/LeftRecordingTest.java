package io.pinaudit.cli.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftRecordingTest {
  private static final String DEAD = "0-0-0-0-0-4026531836-1-77.heartbeat";

  @TempDir Path folder;

  private Path drop;
  private Path run;
  private Path left;

  @BeforeEach
  void makeFolders() throws IOException {
    drop = Files.createDirectory(folder.resolve("drop"));
    run = Files.createDirectory(folder.resolve("run"));
    left = Files.createDirectory(drop.resolve("77-1"));
  }

  private void collect() throws IOException {
    for (LeftRecording one : LeftRecording.in(drop)) {
      one.moveInto(run);
    }
    LeftRecording.moveLogs(drop, run);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files
          .filter(file -> !Files.isDirectory(file))
          .map(file -> run.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private Path heartbeat(String name, String text) throws IOException {
    Files.createDirectories(left.resolve("jvms"));
    return Files.writeString(left.resolve("jvms").resolve(name), text);
  }

  @Test
  void movesWhatAJvmLeaves() throws IOException {
    Files.writeString(left.resolve("a.jfr"), "recording");
    heartbeat(DEAD, "ended=true\n");
    Path chunks = Files.createDirectories(left.resolve("jfr/2026_77"));
    Files.writeString(chunks.resolve("b.jfr"), "chunk");
    Files.writeString(drop.resolve("hs_err_pid77.log"), "log");
    collect();
    assertEquals(
        List.of("a.jfr", "hs_err_pid77.log", "jfr/2026_77/b.jfr", "jvms/" + DEAD), files());
  }

  @Test
  void takesNoLinks() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.jfr"), "secret");
    Files.createSymbolicLink(left.resolve("a.jfr"), secret);
    Files.createLink(left.resolve("b.jfr"), secret);
    Files.createSymbolicLink(left.resolve("jvms"), folder);
    Files.createSymbolicLink(left.resolve("jfr"), folder);
    Files.createSymbolicLink(drop.resolve("78-1"), folder);
    Files.createSymbolicLink(drop.resolve("hs_err_pid1.log"), secret);
    Files.createDirectory(left.resolve("c.jfr"));
    collect();
    assertEquals(List.of(), files());
    assertTrue(Files.exists(secret));
  }

  @Test
  void replacesNothingOfTheRun() throws IOException {
    Files.writeString(run.resolve("app.jfr"), "of the run");
    Files.writeString(left.resolve("app.jfr"), "another");
    collect();
    assertEquals("of the run", Files.readString(run.resolve("app.jfr")));
  }

  @Test
  void knowsWhetherAJvmWrites() throws IOException {
    LeftRecording one = new LeftRecording(left);
    assertFalse(one.isWritten());
    // Of another namespace, so that its number says nothing.
    Path beat = heartbeat("0-0-0-0-0-99-77-1.heartbeat", "events=1\nended=false\n");
    assertTrue(one.isWritten());
    Files.setLastModifiedTime(beat, FileTime.fromMillis(System.currentTimeMillis() - 10_000));
    assertFalse(one.isWritten());
    heartbeat("0-0-0-0-0-99-77-1.heartbeat", "events=1\nended=true\n");
    assertFalse(one.isWritten());
  }
}
