package io.pinaudit.fleet.report;

import io.pinaudit.fleet.row.FindingRow;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One finding of one application over all hosts and days. Confined to one thread. */
final class Sighting {
  private static final int MOST_NAMES = 20;
  private static final double UNLIKELY = 0.05;

  /**
   * The order of sightings in a report: by standing, then by the number of hosts, the largest
   * first.
   */
  static final Comparator<Sighting> ORDER =
      Comparator.comparing(Sighting::standing)
          .thenComparing(Comparator.comparingInt(Sighting::hosts).reversed())
          .thenComparing(Comparator.comparingInt(Sighting::severityRank).reversed())
          .thenComparing(Sighting::fingerprint)
          .thenComparing(Sighting::app);

  private final BitSet hostsBefore = new BitSet();
  private final BitSet hostsSince = new BitSet();
  private final TreeMap<LocalDate, Integer> timelines = new TreeMap<>();
  private final Set<String> versions = new TreeSet<>();
  private final Set<String> kernels = new TreeSet<>();
  private FindingRow worst;
  private LocalDate lastBefore;
  private long timelinesBefore;
  private long timelinesSince;
  private long count;
  private Standing standing;
  private long completeBetween;

  void add(LocalDate day, FindingRow row, int host, boolean isSince) {
    (isSince ? hostsSince : hostsBefore).set(host);
    timelines.merge(day, 1, Integer::sum);
    count += row.count();
    if (versions.size() < MOST_NAMES && !row.version().isEmpty()) {
      versions.add(row.version());
    }
    if (kernels.size() < MOST_NAMES && !row.kernelLine().isEmpty()) {
      kernels.add(row.kernelLine());
    }
    if (worst == null || isWorse(row)) {
      worst = row;
    }
    if (isSince) {
      timelinesSince++;
    } else {
      timelinesBefore++;
      lastBefore = lastBefore == null || day.isAfter(lastBefore) ? day : lastBefore;
    }
  }

  /**
   * Returns whether a row is worse. Of equally bad rows the newest with the smallest id wins,
   * because its recording is the likeliest to still exist.
   */
  private boolean isWorse(FindingRow row) {
    return Comparator.comparingInt(FindingRow::severityRank)
            .thenComparingInt(FindingRow::certaintyRank)
            .thenComparing(FindingRow::start, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Comparator.comparing(FindingRow::timeline).reversed())
            .compare(row, worst)
        > 0;
  }

  /** Decides the standing by the complete runs of the application and rule. */
  void judge(CompleteRuns complete) {
    if (timelinesBefore == 0) {
      standing = Standing.NEW;
      return;
    }
    boolean seen = timelinesSince > 0;
    completeBetween = seen ? complete.beforeBut(lastBefore) : complete.since();
    long judged = complete.before() - (seen ? completeBetween : 0);
    double rate = Math.min(1, (double) timelinesBefore / Math.max(1, judged));
    boolean gone = completeBetween > 0 && Math.pow(1 - rate, (double) completeBetween) <= UNLIKELY;
    standing =
        seen
            ? gone ? Standing.REGRESSED : Standing.ONGOING
            : gone ? Standing.NOT_SEEN : Standing.TOO_FEW_RUNS;
  }

  Standing standing() {
    return standing;
  }

  /**
   * Returns the number of hosts: those since the dividing day or release, if the finding was seen
   * since; else those before.
   */
  int hosts() {
    return standing.isSeen() ? hostsSince.cardinality() : hostsBefore.cardinality();
  }

  int hostsSince() {
    return hostsSince.cardinality();
  }

  int hostsBefore() {
    return hostsBefore.cardinality();
  }

  /** Returns all hosts on which the finding was ever seen. */
  BitSet everywhere() {
    BitSet all = (BitSet) hostsBefore.clone();
    all.or(hostsSince);
    return all;
  }

  long timelinesBefore() {
    return timelinesBefore;
  }

  long timelinesSince() {
    return timelinesSince;
  }

  long count() {
    return count;
  }

  LocalDate first() {
    return timelines.firstKey();
  }

  LocalDate last() {
    return timelines.lastKey();
  }

  Map<LocalDate, Integer> timelines() {
    return timelines;
  }

  Set<String> versions() {
    return versions;
  }

  Set<String> kernels() {
    return kernels;
  }

  FindingRow worst() {
    return worst;
  }

  String fingerprint() {
    return worst.fingerprint();
  }

  String app() {
    return worst.app();
  }

  int severityRank() {
    return worst.severityRank();
  }

  /** Returns the evidence for the standing, in one clause. */
  String evidence() {
    return switch (standing) {
      case NEW -> "in %s on %s".formatted(times(timelinesSince), on(hostsSince));
      case ONGOING ->
          "in %s on %s, and in %s before"
              .formatted(times(timelinesSince), on(hostsSince), times(timelinesBefore));
      case REGRESSED ->
          "in %s on %s, after %,d complete runs without it; last seen before on %s"
              .formatted(times(timelinesSince), on(hostsSince), completeBetween, lastBefore);
      case NOT_SEEN, TOO_FEW_RUNS ->
          "in 0 of %,d complete runs; before in %s on %s, last on %s"
              .formatted(completeBetween, times(timelinesBefore), on(hostsBefore), lastBefore);
    };
  }

  private static String times(long timelines) {
    return timelines == 1 ? "1 timeline" : "%,d timelines".formatted(timelines);
  }

  private static String on(BitSet hosts) {
    return hosts.cardinality() == 1 ? "1 host" : "%,d hosts".formatted(hosts.cardinality());
  }
}
