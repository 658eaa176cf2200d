package io.pinaudit.cli.alarm;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.LiveState;
import io.pinaudit.analyzer.finding.Finding;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes metrics in the text format of OpenMetrics, for the textfile collector of a node exporter
 * and its like. The file is written anew every few seconds beside its place and then renamed, so
 * that nobody reads half of it.
 */
public final class MetricsFile implements Alarm {
  private static final long PERIOD_NANOS = 5_000_000_000L;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path file;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final OpenMetricsTextFormatWriter writer = OpenMetricsTextFormatWriter.create();
  private final Counter instances =
      Counter.builder()
          .name("pinaudit_hazards")
          .help("Hazards that happened, by rule, severity and certainty.")
          .labelNames("rule", "severity", "certainty")
          .register(registry);
  private final Gauge findings =
      Gauge.builder()
          .name("pinaudit_findings")
          .help("Pairs of stacks through which hazards happened, by rule and severity.")
          .labelNames("rule", "severity")
          .register(registry);
  private final Gauge pins =
      Gauge.builder()
          .name("pinaudit_pins")
          .help("Pins of pages that live, and I/O of JVMs in flight.")
          .register(registry);
  private final Gauge oldest =
      Gauge.builder()
          .name("pinaudit_oldest_pin_seconds")
          .unit(Unit.SECONDS)
          .help("How long the oldest pin has lived.")
          .register(registry);
  private final Counter events =
      Counter.builder()
          .name("pinaudit_events")
          .help("Events of the kernel and hooked calls that were judged.")
          .register(registry);
  private final Counter losses =
      Counter.builder()
          .name("pinaudit_losses")
          .help("Places at which events of the kernel were lost.")
          .register(registry);
  private final Counter late =
      Counter.builder()
          .name("pinaudit_late_calls")
          .help("Calls that came after later events had been judged.")
          .register(registry);
  private final Gauge behind =
      Gauge.builder()
          .name("pinaudit_behind_seconds")
          .unit(Unit.SECONDS)
          .help("The age of what is judged now.")
          .register(registry);
  private final Counter cpu =
      Counter.builder()
          .name("pinaudit_cpu_seconds")
          .unit(Unit.SECONDS)
          .help("Processor time of the watcher.")
          .register(registry);

  private final Map<String, Long> counted = new HashMap<>();
  private Runnable latest = () -> {};
  private long writtenNanos = Long.MIN_VALUE;

  /** Makes the alarm. */
  public MetricsFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public void found(Audit news) {
    // The next look has it, and writes at once.
    writtenNanos = Long.MIN_VALUE;
  }

  @Override
  public void look(LiveState state, List<Finding> all) throws IOException {
    long now = System.nanoTime();
    latest = () -> set(state, all);
    if (writtenNanos == Long.MIN_VALUE || now - writtenNanos > PERIOD_NANOS) {
      writtenNanos = now;
      write();
    }
  }

  /** Writes the last state, however short the time since the one before. */
  @Override
  public void close() throws IOException {
    write();
  }

  private void set(LiveState state, List<Finding> all) {
    findings.clear();
    for (Finding finding : all) {
      String severity = lower(finding.severity());
      findings.labelValues(finding.rule(), severity).inc();
      Long before = counted.put(finding.fingerprint(), finding.count());
      instances
          .labelValues(finding.rule(), severity, lower(finding.certainty()))
          .inc(Math.max(0, finding.count() - (before == null ? 0 : before)));
    }
    pins.set((double) state.pins());
    oldest.set(state.oldestPinNanos() / NANOS_PER_SECOND);
    reach(events, state.events());
    reach(losses, state.losses());
    reach(late, state.lateCalls());
    behind.set(Math.max(0, System.nanoTime() - state.judgedNanos()) / NANOS_PER_SECOND);
    cpu.inc(Math.max(0, cpuNanos() / NANOS_PER_SECOND - cpu.get()));
  }

  private static void reach(Counter counter, long value) {
    counter.inc(Math.max(0, value - counter.getLongValue()));
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Math.max(0, system.getProcessCpuTime())
        : 0;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void write() throws IOException {
    latest.run();
    Path next = file.resolveSibling("." + file.getFileName() + ".new");
    try (OutputStream out = Files.newOutputStream(next)) {
      writer.write(out, registry.scrape());
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
