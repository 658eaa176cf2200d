package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.InterventionRow;
import io.pinaudit.fleet.row.RunRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the audit of one part of a timeline says.
 *
 * @param runs one for each recording of the timeline
 * @param findings of the part, in the order of a report
 * @param coverage how far each rule could be applied, in the order of a report; none if it failed
 * @param interventions what the guard did
 * @param each whether the recordings could not be audited together, so that each was audited by
 *     itself, and not only a share of it
 */
public record PartRows(
    List<RunRow> runs,
    List<FoundRow> findings,
    List<CoverageRow> coverage,
    List<InterventionRow> interventions,
    boolean each)
    implements Serializable {
  /**
   * Returns what the audits of all parts of a timeline say together.
   *
   * @param parts the first judged calls, and what it says of the whole timeline is right
   */
  static PartRows together(Timeline timeline, List<PartRows> parts) {
    PartRows first = parts.getFirst();
    List<PartRows> others = parts.subList(1, parts.size());
    if (first.each) {
      return first;
    }
    return others.stream()
        .flatMap(other -> other.error(first).stream())
        .findFirst()
        .map(error -> TimelineAudit.failed(timeline, error))
        .orElseGet(() -> first.with(others));
  }

  /** Returns why a recording could not be audited that could be in another part. */
  private Optional<String> error(PartRows other) {
    Set<String> audited =
        other.runs.stream()
            .filter(RunRow::audited)
            .map(RunRow::recording)
            .collect(Collectors.toSet());
    return runs.stream()
        .filter(run -> !run.audited() && audited.contains(run.recording()))
        .map(RunRow::error)
        .findFirst();
  }

  private PartRows with(List<PartRows> others) {
    if (others.stream().allMatch(other -> other.findings.isEmpty())) {
      return this;
    }
    Map<List<String>, FoundRow> bySites = new LinkedHashMap<>();
    List<FoundRow> all = new ArrayList<>(findings);
    others.forEach(other -> all.addAll(other.findings));
    all.forEach(one -> bySites.merge(List.of(one.row().rule(), one.sites()), one, FoundRow::with));
    List<FoundRow> sorted = new ArrayList<>(bySites.values());
    sorted.sort(asInAReport());
    List<FoundRow> numbered = new ArrayList<>();
    sorted.forEach(one -> numbered.add(one.numbered(numbered.size() + 1)));
    List<RunRow> counted = runs.stream().map(run -> run.withFindings(numbered.size())).toList();
    return new PartRows(counted, numbered, coverage, interventions, each);
  }

  /** By rule, and within a rule by time; what is only predicted has none. */
  private Comparator<FoundRow> asInAReport() {
    List<String> rules = coverage.stream().map(CoverageRow::rule).toList();
    return Comparator.<FoundRow>comparingInt(one -> rules.indexOf(one.row().rule()))
        .thenComparing(one -> one.row().certaintyRank() == Ranks.of(Certainty.PREDICTED))
        .thenComparingLong(FoundRow::beganNanos);
  }

  /** Returns the rows of a timeline that this is all parts of. */
  TimelineRows rows() {
    Map<List<String>, FindingRow> byFingerprint = new LinkedHashMap<>();
    for (FoundRow one : findings) {
      FindingRow row = one.row();
      byFingerprint.merge(List.of(row.rule(), row.fingerprint()), row, PartRows::worse);
    }
    return new TimelineRows(runs, List.copyOf(byFingerprint.values()), coverage, interventions);
  }

  /** Returns the worse of two rows, with the counts of both added. */
  private static FindingRow worse(FindingRow a, FindingRow b) {
    boolean second =
        b.severityRank() > a.severityRank()
            || b.severityRank() == a.severityRank() && b.certaintyRank() > a.certaintyRank();
    return (second ? b : a)
        .with(a.start(), a.count() + b.count(), Math.max(a.longestNanos(), b.longestNanos()));
  }
}
