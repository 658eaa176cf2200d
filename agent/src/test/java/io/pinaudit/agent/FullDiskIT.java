package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM goes on when the disk of its run directory is full: without the agent JFR ends it. */
class FullDiskIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void endsTheRecordingAndNotTheProgram(int feature) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "FillingProgram");
    Path disk = Files.createDirectories(builder.folder().resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()),
        "skipped: needs root");
    try {
      AgentRun run =
          builder
              .agent("=heartbeat=" + disk.resolve("jvms"))
              .option("-Ddisk=" + disk)
              .option("-XX:StartFlightRecording:settings=none,filename=" + disk.resolve("app.jfr"))
              .option("-XX:FlightRecorderOptions:repository=" + disk.resolve("jfr"))
              .option("-Xlog:jfr+startup=off")
              .run(17);
      assertEquals(0, run.exitCode(), run.err());
      assertEquals("false", run.printed("recording"));
      assertEquals("0", run.printed("full"));
      String beats = beats(disk.resolve("jvms"));
      assertTrue(beats.matches("(?s).*\nrecording\\.1=(STOPPED|CLOSED) full \\d+\n.*"), beats);
      List<String> deleted = deleted(disk);
      assertEquals(1, deleted.size(), deleted::toString);
      assertTrue(deleted.get(0).endsWith("/seen"), deleted::toString);
    } finally {
      run("umount", disk.toString());
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  private static String beats(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Files.readString(
          files.filter(file -> file.toString().endsWith(".heartbeat")).findFirst().orElseThrow());
    }
  }

  /** Returns what the recordings that are left say was deleted. */
  private static List<String> deleted(Path disk) throws IOException {
    try (Stream<Path> files = Files.list(disk)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".jfr")).toList()) {
        if (Files.size(file) > 0) {
          return RecordingFile.readAllEvents(file).stream()
              .filter(event -> event.getEventType().getName().equals("pinaudit.FileDelete"))
              .map((RecordedEvent event) -> event.getString("path"))
              .toList();
        }
      }
    }
    return List.of();
  }
}
