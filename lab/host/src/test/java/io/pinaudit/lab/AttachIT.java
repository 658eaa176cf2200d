package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.cli.Installation;
import io.pinaudit.linux.Posix;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the packaged {@code pinaudit attach} on JVMs that run already. */
class AttachIT {
  private static final long PATIENCE_SECONDS = 300;
  private static final int RECORDING_MILLIS = 1_500;
  private static final String PROGRAM =
      """
      import static java.nio.file.StandardOpenOption.*;
      import java.nio.ByteBuffer;
      import java.nio.channels.FileChannel;
      import java.nio.file.*;

      public final class Running {
        public static void main(String[] args) throws Exception {
          Path folder = Path.of(args[0]);
          try (FileChannel channel = FileChannel.open(folder.resolve("m.dat"), CREATE, READ, WRITE);
              FileChannel other = FileChannel.open(folder.resolve("o.dat"), CREATE, READ, WRITE)) {
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 4096, 99_999);
            other.write(ByteBuffer.allocate(5_000));
            Files.createFile(folder.resolve("ready"));
            while (!Files.exists(folder.resolve("end"))) {
              if (other.read(mapped.limit(340).position(7), 11) != 333) {
                throw new AssertionError("short read");
              }
              other.write(ByteBuffer.allocate(1), 5_000);
              other.truncate(4_321);
              Thread.sleep(20);
            }
          }
          System.out.println("ended well");
        }
      }
      """;

  @TempDir Path folder;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsAJvmThatRunsAndLeavesIt(int feature) throws Exception {
    Process jvm = startJvm(java(feature));
    try {
      await(folder.resolve("ready"), jvm);
      Path run = folder.resolve("run");
      assertEquals(0, attach(jvm, run), () -> read("attach.out"));
      assertEquals(0, attach(jvm, folder.resolve("again")), () -> read("attach.out"));
      assertTrue(jvm.isAlive());
      Files.createFile(folder.resolve("end"));
      assertTrue(jvm.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, jvm.exitValue(), () -> read("jvm.err"));
      assertEquals("ended well\n", read("jvm.out"));
      // What the JVM itself says of agents that come late.
      assertTrue(
          read("jvm.err").lines().allMatch(line -> feature > 17 && line.startsWith("WARNING: ")),
          () -> read("jvm.err"));
      recordsWhatWasMappedBefore(run);
      recordsWhatWasMappedBefore(folder.resolve("again"));
    } finally {
      jvm.destroyForcibly();
    }
  }

  /**
   * The container's JVM sees neither pinaudit nor the run directory, is not this user's, and takes
   * its {@code /tmp} with it when it ends.
   */
  @Test
  void reachesAJvmInAContainer() throws Exception {
    assumeTrue(Posix.isRoot(), "skipped: only root can make a container");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String script =
        // Whatever holds the other: the installation may lie below /tmp.
        "mount --bind '%s' /mnt && mount -t tmpfs none '%s' && mount -t tmpfs -o mode=1777 none /tmp"
                .formatted(folder, Installation.current().home())
            + " && cd /mnt && exec setpriv --reuid 12345 --regid 12345 --clear-groups \"$@\"";
    List<String> words =
        new ArrayList<>(
            List.of("unshare", "-m", "-p", "-f", "--mount-proc", "sh", "-c", script, "sh"));
    words.addAll(program(java(25), "/mnt"));
    Process container = start(words);
    try {
      await(folder.resolve("ready"), container);
      ProcessHandle jvm = container.children().findFirst().orElseThrow();
      Path run = folder.resolve("run");
      Process attached = startAttach(jvm.pid(), run, "100");
      await(() -> read("jvm.err").contains("WARNING"), attached);
      // The recording starts after the agent, and then the program goes on for a while.
      await(() -> isRecording(jvm), attached);
      Thread.sleep(RECORDING_MILLIS);
      Files.createFile(folder.resolve("end"));
      assertTrue(container.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertTrue(attached.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertEquals(0, attached.exitValue(), () -> read("attach.out"));
      assertEquals("ended well\n", read("jvm.out"), () -> read("jvm.err"));
      recordsWhatWasMappedBefore(run);
    } finally {
      container.descendants().forEach(ProcessHandle::destroyForcibly);
      container.destroyForcibly();
    }
  }

  private static boolean isRecording(ProcessHandle jvm) {
    try {
      return FlightRecordings.of(jvm.pid()).contains("(running)");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void recordsWhatWasMappedBefore(Path run) throws IOException {
    List<RecordedEvent> events = RecordingFile.readAllEvents(run.resolve("app.jfr"));
    long inode = (Long) Files.getAttribute(folder.resolve("m.dat"), "unix:ino");
    RecordedEvent live =
        ofKind(events, "LiveMapping")
            .filter(event -> event.getLong("inode") == inode)
            .findFirst()
            .orElseThrow();
    assertEquals(4096, live.getLong("offsetBytes"));
    RecordedEvent read = ofKind(events, "BufferTransfer").findFirst().orElseThrow();
    assertEquals(inode, read.getLong("bufferInode"));
    assertEquals(4096 + 7, read.getLong("bufferOffsetBytes"));
    assertEquals(live.getLong("address") + 7, read.getLong("bufferAddress"));
    assertEquals(333, read.getLong("resultBytes"));
    assertTrue(
        ofKind(events, "FileTruncate").anyMatch(event -> event.getLong("newSizeBytes") == 4_321));
    assertEquals(0, ofKind(events, "RecordingLoss").count());
  }

  private static Stream<RecordedEvent> ofKind(List<RecordedEvent> events, String kind) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("pinaudit." + kind));
  }

  private Process startJvm(Path java) throws IOException {
    return start(program(java, folder.toString()));
  }

  /** Compiles the program and returns the words that run it in a folder. */
  private List<String> program(Path java, String seen) throws IOException {
    Path source = Files.writeString(folder.resolve("Running.java"), PROGRAM);
    StringWriter messages = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("--release", "17", "-d", folder.toString());
      var units = files.getJavaFileObjects(source);
      assertTrue(
          compiler.getTask(messages, files, null, options, null, units).call(), messages::toString);
    }
    return List.of(
        java.toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        seen,
        "Running",
        seen);
  }

  private Process start(List<String> words) throws IOException {
    return new ProcessBuilder(words)
        .redirectOutput(folder.resolve("jvm.out").toFile())
        .redirectError(folder.resolve("jvm.err").toFile())
        .start();
  }

  private int attach(Process jvm, Path run) throws Exception {
    Process process = startAttach(jvm.pid(), run, "2");
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private Process startAttach(long pid, Path run, String seconds) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Installation.current().launcher().toString(),
            "attach",
            Long.toString(pid),
            "-o",
            run.toString(),
            "--no-kernel",
            "--seconds",
            seconds);
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("attach.out").toFile())
        .start();
  }

  private void await(Path file, Process process) throws InterruptedException {
    await(() -> Files.exists(file), process);
    assertTrue(Files.exists(file), () -> read("jvm.err"));
  }

  private static void await(BooleanSupplier condition, Process process)
      throws InterruptedException {
    for (int i = 0;
        i < 10 * PATIENCE_SECONDS && process.isAlive() && !condition.getAsBoolean();
        i++) {
      Thread.sleep(100);
    }
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The newest build of this machine that says to be of that feature release. */
  private static Path java(int feature) throws IOException {
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      Path home =
          homes
              .filter(path -> Files.isExecutable(path.resolve("bin/java")))
              .filter(path -> isOf(path, feature))
              .findFirst()
              .orElse(null);
      assumeTrue(home != null, "skipped: no JDK " + feature + " in /usr/lib/jvm");
      return home.resolve("bin/java");
    }
  }

  private static boolean isOf(Path home, int feature) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + feature + ".");
    } catch (IOException e) {
      return false;
    }
  }
}
