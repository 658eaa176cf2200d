package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Places the moments and the spans of an instance on one axis of time.
 *
 * @param fromNanos left end of the axis, in nanoseconds
 * @param toNanos right end of the axis, in nanoseconds
 * @param bars in order of their beginning
 */
record TimePicture(long fromNanos, long toNanos, List<Bar> bars) {
  /** The kind of a bar, by which its colour is chosen. */
  enum Kind {
    PIN,
    ACT,
    STALL,
    DANGER,
    OTHER
  }

  /**
   * A span, or a moment if both ends are the same.
   *
   * @param label what the bar shows
   * @param fromNanos beginning of the span
   * @param toNanos end of the span
   * @param open whether the end of the span was not seen
   */
  record Bar(Kind kind, String label, long fromNanos, long toNanos, boolean open) {
    boolean moment() {
      return fromNanos == toNanos;
    }
  }

  /** Returns the picture of one instance. */
  static TimePicture of(Finding.Instance instance) {
    long endNanos = instance.began().nanos() + instance.nanos();
    List<Bar> bars = new ArrayList<>();
    for (Step step : instance.steps()) {
      bars.add(bar(step, instance, endNanos));
    }
    bars.sort(java.util.Comparator.comparingLong(Bar::fromNanos));
    bars.add(
        new Bar(
            Kind.DANGER,
            instance.ended() ? "hazard" : "hazard, no end seen",
            instance.began().nanos(),
            endNanos,
            !instance.ended()));
    long from = bars.stream().mapToLong(Bar::fromNanos).min().orElseThrow();
    long to = bars.stream().mapToLong(Bar::toNanos).max().orElseThrow();
    long margin = Math.max(1_000, (to - from) / 50);
    return new TimePicture(from - margin, to + margin, List.copyOf(bars));
  }

  private static Bar bar(Step step, Finding.Instance instance, long endNanos) {
    long at = step.stamp().nanos();
    String label = Prose.label(step, instance).replace(" by", "");
    return switch (step.role()) {
      case PINNED, TRANSFERRED -> {
        var dropped = instance.step(Step.Role.DROPPED).map(drop -> drop.stamp().nanos());
        yield new Bar(
            Kind.PIN, label, at, Math.max(at, dropped.orElse(endNanos)), dropped.isEmpty());
      }
      case STALLED -> new Bar(Kind.STALL, label, at, endNanos, !instance.ended());
      case CUT, FREED, ORPHANED, UNMAPPED, REUSED -> new Bar(Kind.ACT, label, at, at, false);
      case REGISTERED, COUNTED, DROPPED, MAPPED -> new Bar(Kind.OTHER, label, at, at, false);
    };
  }

  /** Returns where a moment lies on the axis, in percent. */
  double percent(long nanos) {
    return 100.0 * (nanos - fromNanos) / (toNanos - fromNanos);
  }
}
