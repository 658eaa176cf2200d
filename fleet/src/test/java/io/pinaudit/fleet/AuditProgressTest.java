package io.pinaudit.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.fleet.audit.Timeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditProgressTest {
  @TempDir Path folder;

  private Timeline timeline() throws IOException, InterruptedException {
    Path run = Fleet.FIXTURES.resolve("linux-7.2.12-ext4-stall");
    return Timeline.of(Fleet.heads(run, folder)).getFirst();
  }

  @Test
  void tellsRateAndTimeLeft() throws Exception {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    AuditProgress progress = new AuditProgress(new Console(nowhere, nowhere, false));
    Timeline timeline = timeline();
    progress.planned(100, 100 * timeline.bytes());
    progress.done(timeline);
    String line = progress.line(2_000_000_000L);
    assertTrue(line.startsWith("1 of 100 runs, 0.5 runs/s, 0.0 MiB/s, "), line);
    assertTrue(line.endsWith(", 3 min 18 s left"), line);
  }

  @Test
  void drawsOneLineOnATerminalAndWipesIt() throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    try (AuditProgress progress = new AuditProgress(new Console(stream, stream, true))) {
      progress.planned(2, 2 * timeline().bytes());
      Thread.sleep(250);
      progress.done(timeline());
    }
    String text = err.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("\r\033[K1 of 2 runs"), text);
    assertTrue(text.endsWith("\r\033[K"), text);
    assertEquals(1, text.lines().filter(line -> line.contains("runs/s")).count());
  }
}
