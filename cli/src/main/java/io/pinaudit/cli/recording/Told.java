package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.ToldNames;
import io.pinaudit.analyzer.finding.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * The findings that were told while a run is watched. A finding keeps the name under which it was
 * told first, {@code F1} and so on.
 *
 * <p>That a finding happened again is told at once if it has been quiet for a while; one that goes
 * on is told of ever more rarely, at last once a minute.
 */
final class Told {
  /** The shortest time between two lines about one finding, in nanoseconds. */
  static final long SHORTEST_NANOS = 500_000_000;

  /** The longest time between two lines about a finding that goes on, in nanoseconds. */
  static final long LONGEST_NANOS = 60_000_000_000L;

  private static final Comparator<Finding> BY_WEIGHT =
      Comparator.comparing(Finding::severity).thenComparing(Finding::certainty);

  private final ToldNames names;
  private final Map<String, One> byFingerprint = new HashMap<>();

  /** A finding as it was told last, and when that was. */
  private static final class One {
    private Finding finding;
    private long nanos;
    private long pauseNanos = SHORTEST_NANOS;

    One(Finding finding, long nanos) {
      this.finding = finding;
      this.nanos = nanos;
    }

    private boolean isWorse(Finding now) {
      return BY_WEIGHT.compare(now, finding) > 0;
    }

    private boolean isDue(Finding now, long nowNanos) {
      return now.count() > finding.count() && nowNanos - nanos >= pauseNanos;
    }

    private void tell(Finding now, long nowNanos) {
      boolean quiet = nowNanos - nanos >= 2 * pauseNanos;
      pauseNanos = quiet ? SHORTEST_NANOS : Math.min(LONGEST_NANOS, 2 * pauseNanos);
      finding = now;
      nanos = nowNanos;
    }
  }

  /**
   * Makes a list of nothing.
   *
   * @param names gives findings their names
   */
  Told(ToldNames names) {
    this.names = names;
  }

  /**
   * Returns the findings that were not told before.
   *
   * @param nowNanos the present, on a clock that does not jump
   */
  List<Finding> news(List<Finding> all, long nowNanos) {
    List<Finding> news = new ArrayList<>();
    for (Finding finding : all) {
      if (!byFingerprint.containsKey(finding.fingerprint())) {
        news.add(finding.named(names.of(finding)));
        byFingerprint.put(finding.fingerprint(), new One(news.getLast(), nowNanos));
      }
    }
    return news;
  }

  /**
   * Returns the findings that are worse, or surer, than they were told before.
   *
   * @param nowNanos the present, on a clock that does not jump
   */
  List<Finding> worse(List<Finding> all, long nowNanos) {
    return more(all, nowNanos, One::isWorse);
  }

  /**
   * Returns the findings that were told before and have happened again, and of which that is to be
   * told now.
   *
   * @param nowNanos the present, on a clock that does not jump
   */
  List<Finding> again(List<Finding> all, long nowNanos) {
    return more(all, nowNanos, (one, finding) -> one.isDue(finding, nowNanos));
  }

  private List<Finding> more(List<Finding> all, long nowNanos, BiPredicate<One, Finding> which) {
    List<Finding> more = new ArrayList<>();
    for (Finding finding : all) {
      One before = byFingerprint.get(finding.fingerprint());
      if (before != null && which.test(before, finding)) {
        more.add(finding.named(before.finding.id()));
        before.tell(more.getLast(), nowNanos);
      }
    }
    return more;
  }

  /** Returns findings under the names under which they were told; the others get further names. */
  List<Finding> named(List<Finding> findings) {
    return names.given(findings);
  }

  /** Returns how many findings were told. */
  int count() {
    return byFingerprint.size();
  }
}
