package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judgement.Opinion;
import io.pinaudit.analyzer.timeline.Actor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges the runs of one build, and remembers which baseline entries and suppressions it used.
 *
 * <p>Confined to one thread.
 */
public final class Gate {
  private final Severity failOn;
  private boolean predictedCounts;
  private final Baseline baseline;
  private final List<Suppression> suppressions;
  private final LocalDate today;
  private final Set<Suppression> used = new HashSet<>();
  private final Set<String> seen = new TreeSet<>();

  /**
   * Makes a gate.
   *
   * @param failOn the mildest severity that fails the gate
   * @param baseline the known findings
   * @param suppressions the file of suppressions; null for none
   * @param today the day by which suppressions expire
   * @throws IOException if the suppressions cannot be read
   */
  public Gate(Severity failOn, Baseline baseline, Path suppressions, LocalDate today)
      throws IOException {
    this.failOn = failOn;
    this.baseline = baseline;
    this.suppressions = suppressions == null ? List.of() : Suppressions.read(suppressions);
    this.today = today;
  }

  /** Lets predicted findings fail the gate, too. */
  public void countPredicted() {
    predictedCounts = true;
  }

  /** Judges one run. */
  public Judgement judge(String run, Audit audit) {
    return Judgement.of(run, audit, finding -> opinion(finding, audit));
  }

  private Opinion opinion(Finding finding, Audit audit) {
    seen.add(finding.fingerprint());
    List<Suppression> excuses =
        suppressions.stream()
            .filter(one -> !one.expired(today) && one.matches(finding, audit))
            .toList();
    used.addAll(excuses);
    if (!excuses.isEmpty()) {
      return new Opinion(Standing.SUPPRESSED, excuses.getFirst().reason());
    }
    if (!counts(finding) || finding.severity().compareTo(failOn) < 0) {
      return new Opinion(Standing.BELOW, "");
    }
    return new Opinion(baseline.covers(finding) ? Standing.BASELINE : Standing.NEW, "");
  }

  /** What has not happened counts if it would lose data, and if it is more than a guess. */
  private boolean counts(Finding finding) {
    return switch (finding.certainty()) {
      case PREDICTED -> predictedCounts;
      case MET -> finding.severity() != Severity.WARNING;
      case POSSIBLE, OBSERVED, CONFIRMED -> true;
    };
  }

  /** Returns the suppressions that have expired, as {@code file:line: warning: …}. */
  public List<String> expired() {
    return suppressions.stream()
        .filter(one -> one.expired(today))
        .map(one -> one.place() + ": warning: expired on " + one.until() + ": " + one.reason())
        .toList();
  }

  /**
   * Returns the suppressions that excused nothing in these runs, as {@code file:line: warning: …}.
   */
  public List<String> unused() {
    return suppressions.stream()
        .filter(one -> !one.expired(today) && !used.contains(one))
        .map(one -> one.place() + ": warning: excuses no finding of these runs: " + one.reason())
        .toList();
  }

  /** Returns the baseline entries that no run showed. */
  public List<Baseline.Entry> gone() {
    return baseline.entries().values().stream()
        .filter(entry -> !seen.contains(entry.fingerprint()))
        .toList();
  }

  /**
   * Returns a baseline that accepts everything that fails this gate. A known finding that was not
   * found now is kept unless every run was completely seen: only then is it known to be gone.
   */
  public Baseline updated(List<Judgement> judgements) {
    Map<String, Baseline.Entry> entries = new HashMap<>();
    if (!judgements.stream().allMatch(Judgement::complete)) {
      gone().forEach(entry -> entries.put(entry.fingerprint(), entry));
    }
    judgements.stream()
        .flatMap(judgement -> judgement.findings().stream())
        .filter(one -> one.standing() == Standing.NEW || one.standing() == Standing.BASELINE)
        .map(one -> entry(one.finding()))
        .forEach(entry -> entries.merge(entry.fingerprint(), entry, Gate::worse));
    return new Baseline(entries);
  }

  private static Baseline.Entry worse(Baseline.Entry a, Baseline.Entry b) {
    return a.severity().compareTo(b.severity()) >= 0 ? a : b;
  }

  private static Baseline.Entry entry(Finding finding) {
    String where =
        finding.first().steps().stream()
            .map(Step::actor)
            .map(Actor::call)
            .flatMap(call -> call == null ? Stream.empty() : call.site().stream())
            .map(frame -> frame.className() + "." + frame.method())
            .distinct()
            .limit(2)
            .collect(Collectors.joining(" "));
    return new Baseline.Entry(
        finding.fingerprint(),
        finding.rule(),
        finding.severity(),
        where.replaceAll("\\p{Cntrl}", "?"));
  }
}
