package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Summary;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.timeline.BlockMap;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Prints what a run holds, for people: inputs, events, calls, files, losses, pins and stalls. */
public final class SummaryText {
  private static final int SHOWN = 20;
  private static final int BAR = 40;
  private static final long FIRST_BUCKET_NANOS = 1_000;
  private static final long DECADE = 10;
  private static final int[] PERCENTILES = {50, 90, 99};

  private final Audit audit;
  private final Summary summary;
  private final PrintStream out;

  private SummaryText(Audit audit, Summary summary, PrintStream out) {
    this.audit = audit;
    this.summary = summary;
    this.out = out;
  }

  /**
   * Prints the summary of one run.
   *
   * @throws IOException if an input can no longer be read
   */
  public static void print(Audit audit, Summary summary, PrintStream out) throws IOException {
    new SummaryText(audit, summary, out).print();
  }

  private void print() throws IOException {
    host();
    inputs();
    counts("kernel events", summary.events());
    counts("Java calls", summary.calls());
    counts("events without use", audit.diagnostics().ignored());
    counts("unknown operations", audit.diagnostics().unknownOperations());
    files();
    devices();
    losses();
    histogram("pins", "pins dropped", summary.pinNanos(), summary.livePins());
    histogram("stalls", "waits for a busy page", summary.stallNanos(), summary.liveStalls());
  }

  private void host() {
    RunDescription run = audit.inputs().description();
    if (run != null) {
      row("command", String.join(" ", run.command()));
      row("kernel", run.kernelRelease() + ", boot " + run.bootId());
    }
    row("duration", Words.seconds(audit.durationNanos()));
  }

  private void inputs() throws IOException {
    List<Path> files =
        Stream.concat(audit.inputs().jfr().stream(), audit.inputs().traces().stream()).toList();
    for (Path file : files) {
      row("input", "%s, %,d bytes".formatted(file, Files.size(file)));
    }
  }

  private void counts(String title, Map<String, Long> counts) {
    if (counts.isEmpty()) {
      return;
    }
    row(title, "%,d".formatted(counts.values().stream().mapToLong(Long::longValue).sum()));
    largest(counts).forEach(entry -> line("    %,12d  %s", entry.getValue(), entry.getKey()));
    rest(counts.size());
  }

  private void files() {
    if (summary.files().isEmpty()) {
      return;
    }
    row("files", "%,d".formatted(summary.files().size()));
    BlockMap blocks = audit.ledgers().blocks();
    largest(summary.files())
        .forEach(
            entry -> {
              var id = entry.getKey();
              String path = audit.ledgers().names().path(audit.ledgers().file(id));
              line(
                  "    %,12d  inode %d of %s%s",
                  entry.getValue(),
                  id.inode(),
                  blocks.name(id.device()),
                  path == null ? "" : ", last " + path);
            });
    rest(summary.files().size());
  }

  /** Returns the entries with the largest counts, as many as are shown. */
  private static <K> List<Map.Entry<K, Long>> largest(Map<K, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<K, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(SHOWN)
        .toList();
  }

  private void rest(int size) {
    if (size > SHOWN) {
      line("    %12s  and %,d more", "", size - SHOWN);
    }
  }

  private void devices() {
    RunDescription run = audit.inputs().description();
    if (run != null) {
      run.devices().stream()
          .filter(device -> device.joinable())
          .forEach(
              device ->
                  row(
                      "device",
                      "%s (%s), %s, %s"
                          .formatted(
                              device.name(),
                              device.number(),
                              Words.lower(device.kind()),
                              Words.bytes(device.sizeBytes()))));
    }
  }

  private void losses() {
    RunDescription run = audit.inputs().description();
    long counted =
        run == null || run.kernel() == null
            ? 0
            : run.kernel().cpus().stream().mapToLong(CpuStatistics::lost).sum();
    long lost = Math.max(counted, summary.lost());
    row(
        "losses",
        "%,d events lost, %,d lines or events could not be used"
            .formatted(lost, audit.diagnostics().total()));
    row("seen", Words.lower(audit.verdict().completeness()));
    if (audit.verdict().completeness() != Completeness.COMPLETE) {
      audit.verdict().reasons().forEach(reason -> line("    %s", reason));
    }
  }

  private void histogram(String title, String what, Histogram histogram, long open) {
    row(title, "%,d %s, %,d not by the end".formatted(histogram.getTotalCount(), what, open));
    if (histogram.getTotalCount() == 0) {
      return;
    }
    line("    %s", quantiles(histogram));
    long most = 0;
    List<long[]> buckets = buckets(histogram);
    for (long[] bucket : buckets) {
      most = Math.max(most, bucket[1]);
    }
    for (long[] bucket : buckets) {
      int width = (int) Math.ceil((double) BAR * bucket[1] / most);
      line("    < %-8s %,12d  %s", duration(bucket[0]), bucket[1], "#".repeat(width));
    }
  }

  private static String quantiles(Histogram histogram) {
    StringBuilder text = new StringBuilder("min " + Words.seconds(histogram.getMinValue()));
    for (int percentile : PERCENTILES) {
      long nanos = histogram.getValueAtPercentile(percentile);
      text.append(", p%d %s".formatted(percentile, Words.seconds(nanos)));
    }
    return text.append(", max ").append(Words.seconds(histogram.getMaxValue())).toString();
  }

  /**
   * Returns the upper bound and the count of each decade, from the first that holds any to the
   * last.
   */
  private static List<long[]> buckets(Histogram histogram) {
    List<long[]> buckets = new ArrayList<>();
    long counted = 0;
    for (long bound = FIRST_BUCKET_NANOS; counted < histogram.getTotalCount(); bound *= DECADE) {
      long below = histogram.getCountBetweenValues(0, bound - 1);
      if (below > counted || !buckets.isEmpty()) {
        buckets.add(new long[] {bound, below - counted});
      }
      counted = below;
    }
    return buckets;
  }

  private static String duration(long nanos) {
    return nanos < 1_000_000
        ? nanos / 1_000 + " us"
        : nanos < 1_000_000_000 ? nanos / 1_000_000 + " ms" : nanos / 1_000_000_000 + " s";
  }

  private void row(String label, String text) {
    line("%-18s %s", label, text);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would need a dependency
  private void line(String pattern, Object... values) {
    out.println(Words.printable(String.format(Locale.ROOT, pattern, values)));
  }
}
