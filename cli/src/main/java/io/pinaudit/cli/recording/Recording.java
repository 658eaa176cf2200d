package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Main;
import io.pinaudit.linux.KernelLog;
import io.pinaudit.record.FileNames;
import io.pinaudit.record.KernelTracer;
import io.pinaudit.record.RunningJvms;
import io.pinaudit.record.RunningUsers;
import io.pinaudit.record.StorageIds;
import io.pinaudit.record.TracerOptions;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionWriter;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The recording of one application. Starts the kernel's recorder, then the application, and
 * describes both in {@code run.json} when the application ends or this process receives a signal to
 * end.
 *
 * <p>{@code run.json} is written at the start as well, so that a killed recorder leaves a readable
 * run.
 */
final class Recording {
  /**
   * The kernel does some work after the last close, such as delayed puts and journal commits; the
   * recorder waits this long for it.
   */
  private static final long SETTLE_MILLIS = 300;

  private static final long CHILD_GRACE_SECONDS = 5;

  private final TracerOptions options;
  private final List<String> command;
  private final RunAs runAs;
  private final KernelTracer kernel;
  private final String kernelAbsent;
  private final List<String> logBefore = KernelLog.lines();
  private final long startNanos;
  private final List<Mount> mountsBefore;
  private final List<RunDescription.UserOf> users;
  private final Origin origin;
  // Guarded by this, like the fields below: the shutdown hook must not miss a child that is
  // starting.
  private Process child;
  private RunningJvms jvms; // null before the child runs
  private JavaCommand java; // null before the child runs
  private boolean ending;
  private boolean finished;

  private Recording(
      Start start, TracerOptions options, What what, KernelTracer kernel, String kernelAbsent) {
    this.startNanos = start.nanos;
    this.options = options;
    this.command = what.command;
    this.runAs = what.runAs;
    this.kernel = kernel;
    this.kernelAbsent = kernelAbsent;
    this.mountsBefore = mounts();
    this.users = kernel == null ? List.of() : RunningUsers.list();
    this.origin =
        new Origin(
            newId(),
            what.labels.host(),
            start.time,
            what.labels.values(),
            new StorageIds().list(options.devices(), mountsBefore));
  }

  /**
   * What is recorded.
   *
   * @param command the application
   * @param runAs whose process it is
   * @param labels what the user says of it
   */
  record What(List<String> command, RunAs runAs, Labels labels) {}

  /** When the recording began, on both clocks. */
  private record Start(long nanos, Instant time) {
    static Start now() {
      return new Start(System.nanoTime(), Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
  }

  /**
   * Returns a random UUID. The kernel has one at once; a secure random number of the JDK takes
   * longer.
   */
  private static String newId() {
    try {
      return read("/proc/sys/kernel/random/uuid");
    } catch (IOException e) {
      return UUID.randomUUID().toString();
    }
  }

  /** Starts to record the kernel, or prints one line that says why it cannot. */
  static Recording start(TracerOptions options, What what, boolean withKernel, Console console) {
    // The start must lie before the first event of the trace; attaching the probes took half a
    // minute on a busy machine.
    Start now = Start.now();
    if (!withKernel) {
      return new Recording(now, options, what, null, "switched off with --no-kernel");
    }
    try {
      KernelTracer kernel = KernelTracer.start(options);
      warnOfMissingProbes(kernel.describe(), console);
      return new Recording(now, options, what, kernel, null);
    } catch (IOException e) {
      console.note("kernel side off: " + e.getMessage());
      return new Recording(now, options, what, null, e.getMessage());
    }
  }

  private static void warnOfMissingProbes(KernelSide kernel, Console console) {
    kernel.probes().stream()
        .filter(probe -> !probe.attached())
        .forEach(probe -> console.note("no probe " + probe.name() + ": " + probe.reason()));
  }

  /**
   * Runs the application to its end, or to that of the time, and returns its exit status.
   *
   * @param limit after which it is ended
   */
  int run(JavaCommand java, Duration limit) throws IOException, InterruptedException {
    Thread hook = new Thread(this::endEarly, "pinaudit-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      describe(-1);
      Process application = startChild(java);
      boolean inTime = application.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      int status = inTime ? application.exitValue() : end(application);
      Thread.sleep(SETTLE_MILLIS);
      finish(status);
      return status;
    } finally {
      finish(-1);
      removeHook(hook);
    }
  }

  /**
   * Sends the run, which has ended, to where a fleet collects them.
   *
   * @param upload null if it is not to be sent
   * @return whether it was sent, or was not to be; the run directory is there in any case
   */
  boolean send(Upload upload, Console console) throws InterruptedException {
    if (upload == null) {
      return true;
    }
    try {
      console.note("sent to " + upload.send(options.directory(), origin));
      return true;
    } catch (IOException e) {
      console.err().println("pinaudit: error: not sent, and left as it is: " + Main.oneLine(e));
      return false;
    }
  }

  /**
   * Records a running JVM until it ends, the limit is over, or this process receives a signal to
   * end.
   */
  void run(Attachment jvm, Duration limit) throws IOException, InterruptedException {
    Thread hook = new Thread(() -> leave(jvm), "pinaudit-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      describe(-1);
      jvm.start();
      try {
        jvm.await(limit);
      } finally {
        jvm.stop();
      }
      Thread.sleep(SETTLE_MILLIS);
    } finally {
      try {
        jvm.collect();
      } finally {
        finish(-1);
        removeHook(hook);
      }
    }
  }

  /**
   * Ends the recording of an attached JVM, which goes on without the agent. Runs as shutdown hook.
   */
  private void leave(Attachment jvm) {
    try {
      try {
        jvm.stop();
        jvm.collect();
      } finally {
        finish(-1);
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("pinaudit: error: " + e.getMessage());
    }
  }

  private synchronized Process startChild(JavaCommand java)
      throws IOException, InterruptedException {
    if (ending) {
      throw new InterruptedException("told to end before the command started");
    }
    List<String> words = runAs.command(java.instrument(command));
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    java.instrument(command, builder.environment());
    this.java = java;
    runAs.enter(builder.environment());
    child = builder.start();
    jvms = RunningJvms.below(child.pid());
    return child;
  }

  private synchronized Process childAtTheEnd() {
    ending = true;
    return child;
  }

  /** Ends the application and the recording, and keeps what was recorded. Runs as shutdown hook. */
  private void endEarly() {
    try {
      Process running = childAtTheEnd();
      finish(running == null ? -1 : end(running));
    } catch (IOException | InterruptedException e) {
      System.err.println("pinaudit: error: " + e.getMessage());
    }
  }

  private static int end(Process running) throws InterruptedException {
    List<ProcessHandle> family = running.descendants().toList();
    running.destroy();
    family.forEach(ProcessHandle::destroy);
    if (!running.waitFor(CHILD_GRACE_SECONDS, TimeUnit.SECONDS)) {
      running.destroyForcibly();
    }
    return running.isAlive() ? -1 : running.exitValue();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending: the shutdown hook already runs, and finds the recording finished.
      return;
    }
  }

  /** Ends the recording once; later calls do nothing. */
  private synchronized void finish(int status) throws IOException, InterruptedException {
    if (finished) {
      return;
    }
    finished = true;
    try (KernelTracer closing = kernel) {
      if (closing != null) {
        closing.finish();
      }
      if (jvms != null) {
        jvms.close();
        java.collect();
      }
      describe(status);
      removeUnlessUsed(options.directory().resolve(Inputs.JFR_REPOSITORY));
      removeUnlessUsed(options.directory().resolve(Inputs.HEARTBEATS));
      runAs.ownFilesIn(options.directory());
    }
  }

  private static void removeUnlessUsed(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // A JVM was killed, or outlives the command: the folder holds what it has recorded.
      return;
    }
  }

  private void describe(int status) throws IOException {
    List<Mount> mounts =
        Stream.concat(mountsBefore.stream(), mounts().stream()).distinct().toList();
    RunDescriptionWriter.write(
        new RunDescription(
            toolVersion(),
            read("/proc/sys/kernel/osrelease"),
            read("/proc/sys/kernel/random/boot_id"),
            startNanos,
            finished ? System.nanoTime() : -1,
            command,
            status,
            kernel == null ? null : kernel.describe(),
            kernelAbsent,
            options.devices(),
            mounts,
            finished ? FileNames.of(mounts) : List.of(),
            daxWarnings(),
            users,
            jvms(),
            origin),
        options.directory());
  }

  private List<RunDescription.Jvm> jvms() throws IOException {
    return jvms == null ? List.of() : jvms.list(java.heartbeats());
  }

  private static List<Mount> mounts() {
    try {
      return Mount.list();
    } catch (IOException e) {
      // Without mounts the audit does not know which file systems have DAX, and says so.
      return List.of();
    }
  }

  private List<String> daxWarnings() {
    return KernelLog.since(logBefore, KernelLog.lines()).stream()
        .filter(line -> line.contains("fs/dax.c") || line.contains("mm/truncate.c"))
        .toList();
  }

  private static String toolVersion() {
    String version = Recording.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file)).strip();
  }
}
