package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.TraceFile;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.cli.Installation;
import io.pinaudit.linux.Posix;
import io.pinaudit.record.Tracefs;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the packaged {@code pinaudit record} on this machine's own tracefs. */
class RecordIT {
  private static final long PATIENCE_SECONDS = 300;
  private static final int KILLS = 6;
  private static final int KILL_WITHIN_MILLIS = 3_000;

  @TempDir Path folder;

  private final List<Process> started = new ArrayList<>();

  private Process start(String... command) throws IOException {
    // A shell that starts tests in the background has them ignore SIGINT, and all that they start.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
    words.add(Installation.current().launcher().toString());
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    Process process =
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile()).start();
    started.add(process);
    return process;
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

  /** Returns the instances of this test's recorders: others may record on this machine as well. */
  private List<Path> instances() throws IOException {
    try (Stream<Path> list = Files.list(Tracefs.find().root().resolve("instances"))) {
      return list.filter(path -> started.stream().anyMatch(process -> isOf(process, path)))
          .toList();
    }
  }

  private static boolean isOf(Process recorder, Path instance) {
    return instance.getFileName().toString().startsWith(Tracefs.prefix(recorder.pid()));
  }

  /** Records an application that lives so long, and returns when that has started. */
  private Process startRecording(Path run, int seconds) throws Exception {
    String script = "touch '" + run.resolve("ready") + "'; sleep " + seconds;
    Process recorder = start("record", "-o", run.toString(), "--", "sh", "-c", script);
    awaitRecording(run, recorder);
    return recorder;
  }

  private void awaitRecording(Path run, Process process) throws Exception {
    for (int i = 0; i < 10 * PATIENCE_SECONDS && process.isAlive(); i++) {
      if (Files.exists(run.resolve("ready"))) {
        return;
      }
      Thread.sleep(100);
    }
    assertTrue(false, "no start of the application: " + Files.readString(folder.resolve("output")));
  }

  @Test
  void recordsSeveralCommandsOneAfterTheOther() throws Exception {
    Path first = folder.resolve("first one");
    Path second = folder.resolve("second");
    Path list = folder.resolve("list");
    Files.write(
        list,
        List.of(
            "--no-kernel",
            "-o",
            first.toString(),
            "--",
            "sh",
            "-c",
            "echo from 1; exit 3",
            "",
            "--no-kernel",
            "-o",
            second.toString(),
            "--",
            "echo",
            "from 2"));
    assertEquals(3, end(start("record", "--each", list.toString())));
    assertEquals(3, RunDescriptionReader.read(first).exitStatus());
    assertEquals(0, RunDescriptionReader.read(second).exitStatus());
    List<String> said =
        Files.readAllLines(folder.resolve("output")).stream()
            .filter(line -> !line.startsWith("pinaudit: "))
            .toList();
    assertEquals(
        List.of("recording into " + first, "from 1", "recording into " + second, "from 2"), said);
  }

  @Test
  void rejectsOptionsBesideAListOfCommands() throws Exception {
    Path list = Files.writeString(folder.resolve("list"), "--\ntrue\n");
    assertEquals(2, end(start("record", "--no-kernel", "--each", list.toString())));
    assertEquals(2, end(start("record", "--each", list.toString(), "--", "true")));
  }

  @Test
  void recordsAndCleansUp() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    assertEquals(7, end(start("record", "-o", run.toString(), "--", "sh", "-c", "exit 7")));
    RunDescription description = RunDescriptionReader.read(run);
    assertEquals(7, description.exitStatus());
    assertTrue(description.kernel().finished());
    for (String trace : List.of("kernel.dat", "syscalls.dat")) {
      List<String> lines = lines(run.resolve(trace));
      assertTrue(lines.getFirst().endsWith("print: pinaudit: recording starts"), lines.getFirst());
      assertTrue(lines.getLast().endsWith("print: pinaudit: recording ends"), lines.getLast());
      assertFalse(Files.exists(run.resolve(trace + ".cpu0")));
    }
    assertEquals(List.of(), instances());
  }

  private static List<String> lines(Path trace) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    List<String> lines = new ArrayList<>();
    try (LineSource in = TraceFile.lines(trace, diagnostics)) {
      for (String line = in.next(); line != null; line = in.next()) {
        lines.add(line);
      }
    }
    assertEquals(List.of(), diagnostics.shown());
    return lines;
  }

  @Test
  void recordsText() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    assertEquals(
        0, end(start("record", "--kernel-format", "text", "-o", run.toString(), "--", "true")));
    RunDescription description = RunDescriptionReader.read(run);
    assertTrue(description.kernel().finished());
    assertEquals("kernel.ftrace", description.kernel().traceFile());
    for (String trace : List.of("kernel.ftrace", "syscalls.ftrace")) {
      assertTrue(Files.readString(run.resolve(trace)).contains("pinaudit: recording ends"));
    }
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
    Process recorder = startRecording(run, 5);
    recorder.destroyForcibly().waitFor();
    assertEquals(2, instances().size(), "one of the machine and one of the processes");
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
    Path java = Installation.jdkTool("java");
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

  /** The JVM's own notice is one line on standard error, for each JVM that a variable reaches. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesStandardOutputToTheCommand(boolean direct) throws Exception {
    String java = Installation.jdkTool("java").toString();
    List<String> command =
        direct
            ? List.of(java, "--version")
            : List.of("sh", "-c", "'" + java + "' --version; echo done");
    List<String> words = new ArrayList<>(List.of(Installation.current().launcher().toString()));
    words.addAll(List.of("record", "--no-kernel", "-o", folder.resolve("run").toString(), "--"));
    words.addAll(command);
    List<String> bare = outputOf(command);
    assertEquals(bare, outputOf(words));
    List<String> noise = Files.readAllLines(folder.resolve("err"));
    assertEquals(
        direct ? 0 : 1, noise.stream().filter(line -> line.startsWith("Picked up ")).count());
    assertEquals(direct ? 0 : 1, noise.size(), noise::toString);
  }

  private List<String> outputOf(List<String> words) throws Exception {
    Path out = folder.resolve("out");
    ProcessBuilder builder = new ProcessBuilder(words).redirectOutput(out.toFile());
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    assertEquals(0, end(builder.redirectError(folder.resolve("err").toFile()).start()));
    return Files.readAllLines(out);
  }

  @Test
  void saysWhatItCannotStart() throws Exception {
    Path run = folder.resolve("run");
    assertEquals(2, end(start("record", "-o", run.toString(), "--", "no-such-program")));
    List<String> output = Files.readAllLines(folder.resolve("output"));
    assertTrue(output.getFirst().contains("no-such-program"), output::toString);
    assertFalse(output.stream().anyMatch(line -> line.startsWith("\tat ")), output::toString);
  }

  /** Whatever moment it is, the run can be read and is not taken for clean, and nothing stays. */
  @Test
  void leavesAReadableRunWheneverItIsKilled() throws Exception {
    assumeTracefs();
    Random random = new Random(7);
    int readable = 0;
    for (int i = 0; i < KILLS; i++) {
      Path run = folder.resolve("run" + i);
      Process recorder = start("record", "-o", run.toString(), "--", "sleep", "1");
      if (i % 2 == 0) {
        Thread.sleep(random.nextInt(KILL_WITHIN_MILLIS));
      } else {
        // However slow the machine is, some are killed while they record.
        while (recorder.isAlive() && !Files.exists(run.resolve(RunDescription.FILE_NAME))) {
          Thread.sleep(5);
        }
        Thread.sleep(random.nextInt(KILL_WITHIN_MILLIS / 3));
      }
      recorder.destroyForcibly().waitFor();
      if (Files.exists(run.resolve(RunDescription.FILE_NAME))) {
        readable++;
        boolean whole = RunDescriptionReader.read(run).endNanos() >= 0;
        Audit audit = Audit.of(Inputs.of(List.of(run)));
        assertTrue(
            whole || audit.verdict().reasons().stream().anyMatch(r -> r.contains("did not finish")),
            audit.verdict().reasons()::toString);
        assertNotEquals(Completeness.COMPLETE, audit.verdict().completeness());
      }
    }
    assertTrue(readable > 0, "some were killed while they recorded");
    assertEquals(0, end(start("record", "-o", folder.resolve("last").toString(), "--", "true")));
    assertEquals(List.of(), instances());
  }

  @Test
  void recordsBesideALeftoverThatSomebodyReads() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    Process recorder = startRecording(run, 5);
    Path busy = instances().getFirst();
    try (InputStream reader = Files.newInputStream(busy.resolve("trace"))) {
      assertTrue(reader.read() >= 0);
      recorder.destroyForcibly().waitFor();
      Path second = folder.resolve("second");
      assertEquals(0, end(start("record", "-o", second.toString(), "--", "true")));
      assertTrue(RunDescriptionReader.read(second).kernel().finished());
      assertEquals(List.of(busy), instances());
    }
    assertEquals(0, end(start("record", "-o", folder.resolve("third").toString(), "--", "true")));
    assertEquals(List.of(), instances());
  }

  /** Two recorders at a time: neither takes the other's instance for abandoned. */
  @Test
  void recordsBesideAnotherRecorder() throws Exception {
    assumeTracefs();
    Path run = folder.resolve("run");
    Process first = startRecording(run, 4);
    assertEquals(0, end(start("record", "-o", folder.resolve("second").toString(), "--", "true")));
    assertEquals(0, end(first));
    assertTrue(RunDescriptionReader.read(run).kernel().finished());
    assertEquals(List.of(), instances());
  }

  @Test
  void noticesTheJvmThatWasKilled() throws Exception {
    Path java = Installation.jdkTool("java");
    Path source =
        Files.writeString(
            folder.resolve("Waits.java"),
            "class Waits { public static void main(String[] a) throws Exception {"
                + " java.nio.file.Files.createFile(java.nio.file.Path.of(a[0]));"
                + " Thread.sleep(100000); } }");
    Path run = folder.resolve("run");
    String script =
        "'%1$s' '%2$s' '%3$s' & while [ ! -e '%3$s' ]; do sleep 0.1; done; kill -9 $!; '%1$s' -version"
            .formatted(java, source, folder.resolve("up"));
    assertEquals(
        0, end(start("record", "--no-kernel", "-o", run.toString(), "--", "sh", "-c", script)));
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(1, audit.inputs().jfr().size());
    assertEquals(
        1,
        audit.verdict().reasons().stream().filter(reason -> reason.contains("was killed")).count(),
        audit.verdict().reasons()::toString);
  }

  /** The other JVM of the command leaves a recording; alone, it is all there was. */
  @ParameterizedTest
  @ValueSource(strings = {"env -i", ""})
  void noticesTheJvmWhoseEnvironmentWasStripped(String before) throws Exception {
    Path java = Installation.jdkTool("java");
    Path run = folder.resolve("run");
    String script = "%s '%s' '%s'; '%2$s' -version".formatted(before, java, waits());
    assertEquals(
        0, end(start("record", "--no-kernel", "-o", run.toString(), "--", "sh", "-c", script)));
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    List<String> without =
        audit.verdict().reasons().stream()
            .filter(reason -> reason.contains("ran without the agent"))
            .toList();
    assertEquals(before.isEmpty() ? 0 : 1, without.size(), audit.verdict()::toString);
    assertTrue(without.stream().allMatch(reason -> reason.contains("Waits.java")));
  }

  /**
   * In each the JVM is process 1, and both end in one second. Two that begin in the same moment may
   * share JFR's folder: its names are not safe against that.
   */
  @Test
  void keepsTheRecordingsOfTwoContainersApart() throws Exception {
    assumeTrue(Posix.isRoot(), "only root can make a pid namespace");
    Path run = folder.resolve("run");
    // Both begin in one second; the one that ends first must take nothing of the other with it.
    String contained = "unshare -p -f --mount-proc '%s' %s & ";
    String script =
        contained.formatted(Installation.jdkTool("java"), "-version")
            + contained.formatted(Installation.jdkTool("java"), "'" + waits() + "'")
            + "wait";
    assertEquals(
        0, end(start("record", "--no-kernel", "-o", run.toString(), "--", "sh", "-c", script)));
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(2, audit.inputs().jfr().size(), audit.inputs()::toString);
    assertEquals(List.of(), audit.verdict().reasons());
  }

  /** Returns a program that waits for a second. */
  private Path waits() throws IOException {
    return Files.writeString(
        folder.resolve("Waits.java"),
        "class Waits { public static void main(String[] a) throws Exception {"
            + " Thread.sleep(1000); } }");
  }

  /** The JVM's own user may not write into the run directory, or not even pass through to it. */
  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwx------"})
  void recordsTheJvmThatTheCommandStartsAsAnotherUser(String mode) throws Exception {
    assumeTrue(Posix.isRoot(), "only root can start a JVM as another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    Path run = folder.resolve("run");
    String script =
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups '%s' -version"
            .formatted(Installation.jdkTool("java"));
    int status =
        end(start("record", "--no-kernel", "-o", run.toString(), "--", "sh", "-c", script));
    assertEquals(0, status, Files.readString(folder.resolve("output")));
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(1, audit.inputs().jfr().size(), audit.inputs()::toString);
    assertEquals(65534, Files.getAttribute(audit.inputs().jfr().getFirst(), "unix:uid"));
    assertEquals(List.of(), audit.verdict().reasons());
    assertFalse(Files.exists(run.resolve(Inputs.OTHERS)));
  }

  @Test
  void doesNotStopTheJvmThatCannotWriteAnywhere() throws Exception {
    assumeTrue(Posix.isRoot(), "only root can make a mount namespace");
    // So that the folder for JVMs of other users is below the run directory, too.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path run = folder.resolve("run");
    Path waits = waits();
    int status =
        end(
            start(
                "record",
                "--no-kernel",
                "-o",
                run.toString(),
                "--",
                "sh",
                "-c",
                String.format(
                    "exec unshare -m sh -c 'mount --bind $0 $0 && mount -o remount,bind,ro $0 &&"
                        + " exec $1 \"$2\"' '%s' '%s' '%s'",
                    run, Installation.jdkTool("java"), waits)));
    String output = Files.readString(folder.resolve("output"));
    assertEquals(0, status, output);
    assertTrue(output.contains("pinaudit: agent disabled: this JVM cannot be recorded"), output);
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertTrue(
        audit.verdict().reasons().stream()
            .anyMatch(reason -> reason.contains("ran without the agent")),
        audit.verdict()::toString);
  }

  @Test
  void runsTheCommandAsTheNamedUser() throws Exception {
    assumeTrue(Posix.isRoot(), "only root can run a command as another user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path run = folder.resolve("run");
    String script =
        "id -un > '" + run.resolve("who") + "'; echo $HOME >> '" + run.resolve("who") + "'";
    int status =
        end(start("record", "--user", "nobody", "-o", run.toString(), "--", "sh", "-c", script));
    List<String> output = Files.readAllLines(folder.resolve("output"));
    assumeTrue(
        output.stream().noneMatch(line -> line.contains("nobody may not read")),
        "this checkout cannot be read by other users");
    assertEquals(0, status, output::toString);
    assertEquals("nobody", Files.readAllLines(run.resolve("who")).getFirst());
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        assertEquals("nobody", Files.getOwner(file).getName(), file::toString);
      }
    }
  }
}
