package io.pinaudit.record;

import io.pinaudit.linux.PidNamespace;
import io.pinaudit.linux.SymbolExcerpt;
import io.pinaudit.probe.Placeholders;
import io.pinaudit.probe.Probe;
import io.pinaudit.probe.ProbeSet;
import io.pinaudit.probe.ProbeTargets;
import io.pinaudit.probe.Scope;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.TraceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Records with tracefs: chooses a probe set, attaches what can be attached in a private tracing
 * instance, and streams the trace to a file until {@link #finish}.
 *
 * <p>A probe that cannot be attached does not stop the recording: it is reported in {@link
 * KernelSide}. Closing removes everything from tracefs; safe from any thread, as a shutdown hook
 * needs it.
 */
public final class TracefsTracer implements KernelTracer {
  private static final String FOLLOW_MARK = "pinaudit: follow this thread";
  // pool-1-thread-1-4711    [001] .....   31.000000: tracing_mark_write: pinaudit: follow this …
  private static final Pattern FOLLOWED =
      Pattern.compile("-(\\d+) .* (\\d+)\\.\\d+: \\S+: " + FOLLOW_MARK);
  private static final String BY_WORKERS =
      "%s(" + TraceInstance.named("comm", Probe.Function.WORKERS) + ") && (%s)";
  private static final List<String> TAKERS = Probe.Function.TAKERS;
  private static final String BY_TAKERS = "%s(" + TraceInstance.named("comm", TAKERS) + ") && (%s)";
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String BASE_PROBE = "vmemmap_base_read";
  private static final Pattern BASE_LINE = Pattern.compile(BASE_PROBE + ":.* vb=0x([0-9a-f]+)");

  private final Tracefs tracefs;
  private final TracerOptions options;
  private final ProbeSet set;
  private final List<Probe> all;
  private final String group;
  private final TraceCopier machine;
  private final TraceCopier processes;
  private final List<KernelSide.ProbeState> probes = new ArrayList<>();
  private Placeholders placeholders; // from begin on
  private Optional<String> symbols = Optional.empty(); // from begin on, as far as they may be known
  private List<CpuStatistics> lost = List.of();
  private boolean abandoned; // guarded by this

  private TracefsTracer(Tracefs tracefs, TracerOptions options, ProbeSet set, List<Probe> all)
      throws IOException {
    this.tracefs = tracefs;
    this.options = options;
    this.set = set;
    this.all = all;
    this.group = tracefs.freshName();
    this.machine = copier("_machine");
    try {
      this.processes = copier("_processes");
    } catch (IOException e) {
      machine.close();
      throw e;
    }
  }

  private TraceCopier copier(String suffix) throws IOException {
    return new TraceCopier(
        TraceInstance.create(tracefs.instance(group + suffix), options.bufferKilobytesPerCpu()),
        options.directory());
  }

  /**
   * Starts recording {@link TraceFormat#MACHINE} and {@link TraceFormat#PROCESSES}, in the format
   * of the options. A process has one such tracer at a time.
   *
   * @throws IOException if there is no tracefs to record with; the message says why
   */
  public static TracefsTracer start(TracerOptions options) throws IOException {
    Tracefs tracefs = Tracefs.find();
    ProbeTargets targets = tracefs.targets();
    ProbeSet set = ProbeSet.choose(targets);
    TracefsTracer tracer =
        tracefs.alone(
            () -> {
              tracefs.removeStale();
              return new TracefsTracer(
                  tracefs, options, set, wanted(set.recorded(targets, options.scope()), options));
            });
    Thread guard = new Thread(tracer::abandon, "pinaudit-start-guard");
    try {
      Runtime.getRuntime().addShutdownHook(guard);
      tracer.begin();
      Runtime.getRuntime().removeShutdownHook(guard);
    } catch (IllegalStateException e) {
      tracer.close();
      throw new IOException("the process is being ended", e);
    } catch (IOException | RuntimeException e) {
      tracer.close();
      throw e;
    }
    return tracer;
  }

  /**
   * Returns the probes of the wanted scope. Beside every pin, nobody misses what only bpftrace can
   * count; without the counts, no free tells anything.
   */
  private static List<Probe> wanted(List<Probe> probes, TracerOptions options) {
    boolean hazards = options.scope() == Scope.HAZARDS;
    return probes.stream()
        .filter(probe -> hazards ? probe.evidence() != Evidence.FREES : !probe.computes())
        .toList();
  }

  private void begin() throws IOException {
    placeholders = Placeholders.of(set, options.devices(), readVmemmapBase());
    symbols = SymbolExcerpt.of(functions(all));
    follow(options.followed(), numberOfThisThread());
    machine.start(output(machine, TraceFormat.MACHINE));
    processes.start(output(processes, TraceFormat.PROCESSES));
    for (Probe probe : all) {
      probes.add(
          new KernelSide.ProbeState(probe.name(), probe.evidence().probeName(), attach(probe), 0));
    }
    if (PidNamespace.mayHaveThreadNamed(TAKERS)) {
      machine.instance().enableAwaited();
    }
    machine.describe(symbols.orElse(""));
    processes.describe(symbols.orElse(""));
  }

  private void follow(Followed followed, int thisThread) throws IOException {
    switch (followed) {
      case Followed.Everybody _ -> {}
      case Followed.Children _ -> processes.instance().recordOnly(Set.of(thisThread));
      case Followed.ProcessTree(long pid) -> {
        if (PidNamespace.isFirst()) {
          followTree(pid);
        }
      }
    }
  }

  /**
   * Follows all threads of a process tree: repeats until it finds no thread that was started before
   * its parent was followed.
   */
  private void followTree(long pid) throws IOException {
    Set<Integer> known = new HashSet<>();
    Set<Integer> more = PidNamespace.threads(pid);
    while (!more.isEmpty()) {
      processes.instance().recordOnly(more);
      known.addAll(more);
      more = PidNamespace.threads(pid);
      more.removeAll(known);
    }
  }

  private TraceOutput output(TraceCopier copier, String trace) throws IOException {
    Path file = options.directory().resolve(format().file(trace));
    return switch (format()) {
      case TEXT -> TextOutput.open(copier.instance(), file, options.retention().half());
      case RAW -> RawOutput.open(copier.instance(), tracefs, file, options.retention().half());
    };
  }

  /** Pages name functions by their addresses only: where these are secret, the kernel's text. */
  private TraceFormat format() {
    return symbols.isPresent() ? options.format() : TraceFormat.TEXT;
  }

  private static Set<String> functions(List<Probe> probes) {
    return probes.stream()
        .filter(Probe.Function.class::isInstance)
        .map(probe -> ((Probe.Function) probe).symbol())
        .collect(Collectors.toSet());
  }

  /**
   * Returns the number of this thread in the trace, which is that of the first pid namespace; in
   * another namespace /proc does not show it.
   */
  private int numberOfThisThread() throws IOException {
    long before = System.nanoTime() / NANOS_PER_SECOND;
    machine.instance().mark(FOLLOW_MARK);
    long after = System.nanoTime() / NANOS_PER_SECOND + 1;
    Matcher line = FOLLOWED.matcher(machine.instance().snapshot());
    machine.instance().clear();
    if (!line.find()) {
      throw new IOException("the trace does not hold what was written into its trace_marker");
    }
    long second = Long.parseLong(line.group(2));
    if (second < before || second > after) {
      throw new IOException(
          "the trace's clock says %d s, System.nanoTime says %d s".formatted(second, before));
    }
    return Integer.parseInt(line.group(1));
  }

  /** Removes everything when the process is told to end while probes are still being attached. */
  private synchronized void abandon() {
    abandoned = true;
    try {
      close();
    } catch (IOException e) {
      // The next start removes what is left.
      return;
    }
  }

  /** Attaches one probe; returns why it could not be, or null. */
  private synchronized String attach(Probe probe) {
    if (abandoned) {
      return "the process is being ended";
    }
    try {
      String filter = placeholders.filter(probe.filter());
      switch (probe) {
        case Probe.Function function -> {
          if (function.computes()) {
            return "tracefs cannot compute what it asks for; bpftrace can";
          }
          String arguments = placeholders.arguments(function.arguments());
          tracefs.define(group, function, placeholders.withConstants(arguments));
          enable(function, filter);
        }
        case Probe.Tracepoint tracepoint ->
            instance(tracepoint).enable(tracepoint.group(), tracepoint.name(), filter);
      }
      return null;
    } catch (IOException e) {
      return e instanceof java.nio.file.FileSystemException fs && fs.getReason() != null
          ? fs.getReason()
          : e.getMessage();
    }
  }

  /**
   * Enables a probe so that no event is in both traces: those of the kernel's own threads are in
   * the machine's trace alone. There are none that take pins until a thread gets such a name.
   */
  private void enable(Probe.Function probe, String filter) throws IOException {
    if (probe.followed() && probe.meaning().takes()) {
      machine
          .instance()
          .enableOnceNamed(TAKERS, group, probe.name(), BY_TAKERS.formatted("", filter));
      processes.instance().enable(group, probe.name(), BY_TAKERS.formatted("!", filter));
    } else if (probe.followed()) {
      machine.instance().enable(group, probe.name(), BY_WORKERS.formatted("", filter));
      processes.instance().enable(group, probe.name(), BY_WORKERS.formatted("!", filter));
    } else {
      machine.instance().enable(group, probe.name(), filter);
    }
  }

  private TraceInstance instance(Probe.Tracepoint probe) {
    return (probe.ofFollowed() ? processes : machine).instance();
  }

  /**
   * Returns the kernel's {@code vmemmap_base}, which KASLR moves at every boot; 0 if this kernel
   * has no such variable or no kprobes. A probe fetches it when a file is opened.
   */
  private long readVmemmapBase() {
    Probe.Function probe =
        new Probe.Function(
            BASE_PROBE,
            Evidence.PAGES,
            null,
            new Probe.Place("do_sys_openat2", false),
            "vb=@vmemmap_base:x64",
            "",
            false);
    TraceInstance instance = machine.instance();
    try {
      tracefs.define(group, probe, probe.arguments());
      enable(probe, "");
      Files.readString(Path.of("/proc/self/comm"));
      Matcher line = BASE_LINE.matcher(instance.snapshot());
      instance.disableAll();
      return line.find() ? Long.parseUnsignedLong(line.group(1), 16) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public synchronized KernelSide finish() throws IOException, InterruptedException {
    machine.instance().disableAll();
    processes.instance().disableAll();
    lost = sum(machine.instance().statistics(), processes.instance().statistics());
    Map<String, Long> missed = tracefs.missedHits(group);
    probes.replaceAll(
        probe ->
            new KernelSide.ProbeState(
                probe.name(),
                probe.evidence(),
                probe.reason(),
                missed.getOrDefault(probe.name(), 0L)));
    machine.finish();
    processes.finish();
    machine.awaitEnd();
    processes.awaitEnd();
    return describe();
  }

  private static List<CpuStatistics> sum(List<CpuStatistics> some, List<CpuStatistics> others) {
    return IntStream.range(0, some.size()).mapToObj(i -> some.get(i).plus(others.get(i))).toList();
  }

  @Override
  public KernelSide describe() {
    return new KernelSide(
        format().file(TraceFormat.MACHINE),
        format().file(TraceFormat.PROCESSES),
        set.name(),
        placeholders.constants(),
        placeholders.vmemmapBase(),
        placeholders.pageStructBytes(),
        placeholders.pageSizeBytes(),
        List.copyOf(probes),
        lost,
        0,
        machine.finished() && processes.finished());
  }

  /** Removes all that can be removed, whatever of it fails. */
  @Override
  public void close() throws IOException {
    try {
      machine.close();
    } finally {
      processes.close();
      tracefs.removeProbes(group::equals, new ArrayList<>());
    }
  }
}
