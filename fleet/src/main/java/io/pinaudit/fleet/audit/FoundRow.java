package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.row.FindingRow;
import java.io.Serializable;
import java.util.Comparator;

/**
 * One finding of one part, before findings of the same fingerprint become one row.
 *
 * @param row as if it were the only one
 * @param sites the two sites of the finding, by which it is recognized in other parts of its
 *     timeline
 * @param beganNanos when its first instance began, in nanoseconds of the timeline
 */
record FoundRow(FindingRow row, String sites, long beganNanos) implements Serializable {
  private static final Comparator<FoundRow> BY_WEIGHT =
      Comparator.<FoundRow>comparingInt(one -> one.row.severityRank())
          .thenComparingInt(one -> one.row.certaintyRank());

  /** Returns the finding that this one and one of another part are together. */
  FoundRow with(FoundRow other) {
    int weight = BY_WEIGHT.compare(this, other);
    boolean shown = weight > 0 || weight == 0 && beganNanos <= other.beganNanos;
    FoundRow worst = shown ? this : other;
    long longest =
        weight == 0
            ? Math.max(row.longestNanos(), other.row.longestNanos())
            : worst.row.longestNanos();
    return new FoundRow(
        worst.row.with(worst.row.start(), row.count() + other.row.count(), longest),
        sites,
        worst.beganNanos);
  }

  /** Returns the same finding with another number. */
  FoundRow numbered(int number) {
    return new FoundRow(row.numbered("F" + number), sites, beganNanos);
  }
}
