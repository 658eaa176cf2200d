package io.pinaudit.record;

import io.pinaudit.linux.BootClock;
import io.pinaudit.linux.Btf;
import io.pinaudit.linux.PidNamespace;
import io.pinaudit.linux.Posix;
import io.pinaudit.probe.Scope;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Marks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Records with bpftrace: the same probes as {@link TracefsTracer}, printed as the same lines, into
 * one JSON object a line.
 *
 * <p>bpftrace runs {@code cat} as its command: it starts it when all probes are attached, so that
 * what we send comes back then, and it ends, after it has printed what it still had, when cat does,
 * at the end of our pipe. So nothing stays behind even if this process is killed.
 */
public final class BpftraceTracer implements KernelTracer {
  /** The trace's name in a run directory. */
  public static final String TRACE_FILE = "kernel.bpftrace";

  /** The program's name in a run directory. */
  public static final String SCRIPT_FILE = "pinaudit.bt";

  private static final String ERRORS_FILE = "bpftrace.log";
  private static final String ATTACHED = "attached";
  private static final long ATTACH_SECONDS = 240;
  private static final long DRAIN_SECONDS = 60;

  /**
   * Old releases search all types of the kernel for every probe, which took 3 s for each in the
   * lab; our programs name none. Without any BTF they crash.
   */
  private static final String TYPES_FILE = "pinaudit.btf";

  private static final long LOOK_MILLIS = 1_000;
  private static final int PAGE_KILOBYTES = 4;
  private static final int TAIL_BYTES = 1 << 16;

  /** Clock drift between two readings of the difference that is not a suspend. */
  private static final long STEADY_NANOS = 1_000_000;

  private final Bpftrace.Program program;
  private final Path directory;
  private final Process process;
  private final boolean boottime;
  private final long clockAheadNanos;
  private final KeptText kept;
  private final Thread keeper;
  private volatile boolean finished;

  private BpftraceTracer(Bpftrace bpftrace, Bpftrace.Program program, TracerOptions options)
      throws IOException {
    this.program = program;
    this.directory = options.directory();
    this.boottime = !bpftrace.version().choosesClock();
    this.clockAheadNanos = boottime ? BootClock.aheadOfMonotonicNanos() : 0;
    Path script = directory.resolve(SCRIPT_FILE);
    Files.writeString(script, program.script());
    ProcessBuilder builder =
        new ProcessBuilder(
                "bpftrace",
                "-f",
                "json",
                "-o",
                directory.resolve(TRACE_FILE).toString(),
                "-c",
                "/bin/cat",
                script.toString())
            .redirectError(directory.resolve(ERRORS_FILE).toFile());
    builder.environment().putAll(limits(options.bufferKilobytesPerCpu()));
    if (boottime) {
      Files.write(typesFile(), Btf.ofIntOnly());
      builder.environment().put("BPFTRACE_BTF", typesFile().toString());
    }
    this.process = builder.start();
    this.kept = new KeptText(directory.resolve(TRACE_FILE), options.retention());
    this.keeper =
        Thread.ofPlatform().daemon().name("pinaudit-bpftrace-keeper").unstarted(this::keep);
    if (options.retention().isBounded()) {
      keeper.start();
    }
  }

  /** Drops what is too old of the trace while bpftrace writes it. */
  private void keep() {
    try {
      while (process.isAlive()) {
        Thread.sleep(LOOK_MILLIS);
        if (Files.exists(directory.resolve(TRACE_FILE))) {
          kept.look(System.nanoTime());
        }
      }
    } catch (IOException | InterruptedException e) {
      // The rest of the trace is kept whole.
      return;
    }
  }

  private Path typesFile() {
    return directory.resolve(TYPES_FILE);
  }

  /** Returns limits that leave room for as many followed threads as a machine has. */
  private static Map<String, String> limits(int bufferKilobytes) {
    int pages = Integer.highestOneBit(Math.max(1, bufferKilobytes / PAGE_KILOBYTES));
    return Map.of(
        "BPFTRACE_PERF_RB_PAGES", Integer.toString(pages),
        "BPFTRACE_MAP_KEYS_MAX", "131072",
        "BPFTRACE_MAX_MAP_KEYS", "131072",
        "BPFTRACE_STRLEN", "64");
  }

  /**
   * Returns whether bpftrace is to record rather than tracefs, which costs less: where hazards
   * alone are to be recorded, and bpftrace alone sees all of them.
   */
  static boolean isBest(TracerOptions options) {
    try {
      if (options.scope() == Scope.WHOLE
          || !Posix.isRoot()
          || !Bpftrace.isWanted(options.devices())) {
        return false;
      }
      Bpftrace.find();
      return true;
    } catch (IOException e) {
      return false; // There is none: tracefs's recorder says what it lacks without it.
    }
  }

  /**
   * Starts recording into {@code directory/kernel.bpftrace}; returns when all probes are attached.
   *
   * @throws IOException if bpftrace cannot be used here; the message says why
   */
  public static BpftraceTracer start(TracerOptions options) throws IOException {
    if (!Posix.isRoot()) {
      throw new IOException("bpftrace needs root");
    }
    Bpftrace bpftrace = Bpftrace.find();
    Bpftrace.Program program = bpftrace.program(options.devices(), first(options), options.scope());
    BpftraceTracer tracer = new BpftraceTracer(bpftrace, program, options);
    Thread guard = new Thread(tracer.process::destroy, "pinaudit-bpftrace-guard");
    try {
      Runtime.getRuntime().addShutdownHook(guard);
      tracer.awaitAttached();
      Runtime.getRuntime().removeShutdownHook(guard);
      return tracer;
    } catch (IllegalStateException e) {
      tracer.abandon();
      throw new IOException("the process is being ended", e);
    } catch (IOException | RuntimeException e) {
      tracer.abandon();
      throw e;
    }
  }

  /** Leaves nothing that would be taken for the trace of a run that another recorder traces. */
  private void abandon() throws IOException {
    close();
    Files.deleteIfExists(directory.resolve(TRACE_FILE));
    Files.deleteIfExists(directory.resolve(SCRIPT_FILE));
  }

  /**
   * Returns the first thread to be followed; 0 follows everybody, which is done where the thread's
   * number in the kernel is not known, and where no probe asks for it.
   */
  private static int first(TracerOptions options) throws IOException {
    return switch (options.followed()) {
      case Followed.Children _ ->
          options.scope() == Scope.WHOLE && PidNamespace.isFirst() ? PidNamespace.thread() : 0;
      case Followed.Everybody _, Followed.ProcessTree _ -> 0;
    };
  }

  private void awaitAttached() throws IOException {
    Thread patience =
        Thread.ofPlatform().daemon().name("pinaudit-bpftrace-patience").start(this::giveUpLate);
    try {
      process.getOutputStream().write((ATTACHED + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
      BufferedReader echo =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = echo.readLine(); !ATTACHED.equals(line); line = echo.readLine()) {
        if (line == null) {
          throw new IOException(complaint());
        }
      }
    } catch (IOException e) {
      throw new IOException("bpftrace: " + complaint(), e);
    } finally {
      patience.interrupt();
    }
  }

  private void giveUpLate() {
    try {
      process.waitFor(ATTACH_SECONDS, TimeUnit.SECONDS);
      process.destroy();
    } catch (InterruptedException e) {
      // The probes were attached, or given up, in time.
      return;
    }
  }

  /** Returns the first error that bpftrace printed. */
  private String complaint() throws IOException {
    List<String> lines =
        Files.readAllLines(directory.resolve(ERRORS_FILE), StandardCharsets.ISO_8859_1);
    return lines.stream()
        .filter(line -> line.contains("ERROR") && !line.contains("RLIMIT_MEMLOCK"))
        .findFirst()
        .orElse(lines.isEmpty() ? "ended before its probes were attached" : lines.getLast());
  }

  @Override
  public synchronized KernelSide finish() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (process.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)) {
      finished = process.exitValue() == 0 && tail().contains(Marks.END) && clockWasSteady();
      keeper.join();
      kept.complete();
    }
    close();
    return describe();
  }

  private boolean clockWasSteady() {
    return !boottime
        || Math.abs(BootClock.aheadOfMonotonicNanos() - clockAheadNanos) < STEADY_NANOS;
  }

  private String tail() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve(TRACE_FILE).toFile(), "r")) {
      int count = (int) Math.min(TAIL_BYTES, file.length());
      byte[] bytes = new byte[count];
      file.seek(file.length() - count);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public KernelSide describe() {
    return new KernelSide(
        TRACE_FILE,
        null,
        program.set().name(),
        program.placeholders().constants(),
        program.placeholders().vmemmapBase(),
        program.placeholders().pageStructBytes(),
        program.placeholders().pageSizeBytes(),
        program.probes(),
        List.of(),
        clockAheadNanos,
        finished);
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroy);
    Files.deleteIfExists(typesFile());
  }
}
