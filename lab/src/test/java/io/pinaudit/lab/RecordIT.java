package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.analyzer.cli.Installation;
import io.pinaudit.linux.RunDescription;
import io.pinaudit.linux.RunDescriptionReader;
import io.pinaudit.linux.Tracefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the packaged {@code pinaudit record} on this machine's own tracefs. */
class RecordIT {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path folder;

  private Process start(String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Installation.current().launcher().toString());
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static int end(Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static void assumeTracefs() {
    try {
      Tracefs.find();
    } catch (IOException e) {
      assumeTrue(false, "no tracefs here: " + e.getMessage());
    }
  }

  private static List<Path> instances() throws IOException {
    try (Stream<Path> list = Files.list(Tracefs.find().root().resolve("instances"))) {
      return list.filter(path -> path.getFileName().toString().startsWith("pinaudit_")).toList();
    }
  }

  private void awaitRecording(Path run, Process process) throws Exception {
    for (int i = 0; i < 600 && process.isAlive(); i++) {
      if (Files.exists(run.resolve("ready"))) {
        return;
      }
      Thread.sleep(100);
    }
    assertTrue(false, "no start of the application: " + Files.readString(folder.resolve("output")));
  }

  @Test
  void recordsAndCleansUp() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    assertEquals(7, end(start("record", "-o", run.toString(), "--", "sh", "-c", "exit 7")));
    RunDescription description = RunDescriptionReader.read(run);
    assertEquals(7, description.exitStatus());
    assertTrue(description.kernel().finished());
    assertTrue(Files.readString(run.resolve("kernel.ftrace")).contains("pinaudit: recording ends"));
    assertEquals(List.of(), instances());
  }

  /** As Ctrl-C does: the recorder ends, its application with it, and nothing stays behind. */
  @Test
  void cleansUpWhenInterrupted() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    String script = "echo $$ > '" + run.resolve("ready") + "'; exec sleep 300";
    Process recorder = start("record", "-o", run.toString(), "--", "sh", "-c", script);
    awaitRecording(run, recorder);
    new ProcessBuilder("kill", "-INT", Long.toString(recorder.pid())).start().waitFor();
    assertFalse(end(recorder) == 0);
    assertEquals(List.of(), instances());
    long child = Long.parseLong(Files.readString(run.resolve("ready")).strip());
    assertFalse(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
    RunDescription description = RunDescriptionReader.read(run);
    assertTrue(description.endNanos() > description.startNanos());
    assertTrue(description.kernel().finished());
  }

  @Test
  void nextStartRemovesWhatAKilledRecorderLeft() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    String script = "touch '" + run.resolve("ready") + "'; sleep 5";
    Process recorder = start("record", "-o", run.toString(), "--", "sh", "-c", script);
    awaitRecording(run, recorder);
    recorder.destroyForcibly().waitFor();
    assertEquals(1, instances().size());
    assertEquals(-1, RunDescriptionReader.read(run).endNanos());
    assertEquals(3, end(start("analyze", run.toString())), "partial, never clean");
    Path second = folder.resolve("second");
    assertEquals(0, end(start("record", "-o", second.toString(), "--", "true")));
    assertEquals(List.of(), instances());
  }

  /** Commas separate JFR's options, blanks those of JAVA_TOOL_OPTIONS. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "a,b c", "it's", "\"q\"", "grün"})
  void recordsJvmsIntoFoldersOfAnyName(String name) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path direct = folder.resolve(name);
    assertEquals(
        0,
        end(
            start(
                "record",
                "--no-kernel",
                "-o",
                direct.toString(),
                "--",
                java.toString(),
                "-version")));
    assertTrue(Files.size(direct.resolve("app.jfr")) > 0);
    Path indirect = folder.resolve(name + "2");
    assertEquals(
        0,
        end(
            start(
                "record",
                "--no-kernel",
                "-o",
                indirect.toString(),
                "--",
                "sh",
                "-c",
                "'" + java + "' -version; '" + java + "' -version")));
    try (Stream<Path> files = Files.list(indirect)) {
      assertEquals(2, files.filter(file -> file.toString().endsWith(".jfr")).count());
    }
  }

  @Test
  void saysWhatItCannotStart() throws Exception {
    Path run = folder.resolve("run");
    assertEquals(2, end(start("record", "-o", run.toString(), "--", "no-such-program")));
    List<String> output = Files.readAllLines(folder.resolve("output"));
    assertTrue(output.getLast().contains("no-such-program"), output::toString);
    assertFalse(output.stream().anyMatch(line -> line.startsWith("\tat ")), output::toString);
  }
}
