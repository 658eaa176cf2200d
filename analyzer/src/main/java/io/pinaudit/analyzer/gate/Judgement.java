package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import java.util.List;
import java.util.function.Function;

/**
 * One run with the gate's judgement of each finding. A report shows judgements.
 *
 * @param run the name of the run that the user gave
 * @param audit the audit of the run
 * @param findings the findings of the audit, in its order
 * @param answers what would have happened on other kernels and file systems, as far as that was
 *     asked
 * @param gatesAsIf whether what would have happened on DAX counts like what happened
 */
public record Judgement(
    String run, Audit audit, List<Judged> findings, Answers answers, boolean gatesAsIf) {
  /** Makes the judgement of a run without answers about other kernels and file systems. */
  public Judgement(String run, Audit audit, List<Judged> findings) {
    this(run, audit, findings, Answers.NONE, false);
  }

  /** Returns the judgement of a run without a gate: every finding counts, except predicted ones. */
  public static Judgement of(String run, Audit audit) {
    return of(run, audit, Judgement::opinion);
  }

  private static Opinion opinion(Finding finding) {
    boolean predicted = finding.certainty() == Certainty.PREDICTED;
    return new Opinion(predicted ? Standing.BELOW : Standing.NEW, "");
  }

  static Judgement of(String run, Audit audit, Function<Finding, Opinion> judge) {
    List<Judged> judged =
        audit.findings().stream().map(finding -> judged(finding, judge.apply(finding))).toList();
    return new Judgement(run, audit, judged);
  }

  private static Judged judged(Finding finding, Opinion opinion) {
    return new Judged(finding, opinion.standing(), opinion.note());
  }

  /** The judgement of one finding, and its reason. */
  record Opinion(Standing standing, String note) {}

  /**
   * Returns a copy of this judgement with answers about other kernels and file systems, which do
   * not fail it.
   */
  public Judgement with(Answers other) {
    return new Judgement(run, audit, findings, other, false);
  }

  /**
   * Returns a copy of this judgement in which what would have happened on DAX counts like what
   * happened.
   */
  public Judgement gatingAsIf() {
    return new Judgement(run, audit, findings, answers, true);
  }

  /** Returns whether the run fails for what would have happened on DAX. */
  public boolean failsAsIf() {
    return gatesAsIf && answers.asIfOnDax().filter(AsIfOnDax::isBad).isPresent();
  }

  /**
   * Returns whether it was asked what would have happened on DAX, and the answer is not fully
   * known.
   */
  public boolean undecidedAsIf() {
    return gatesAsIf && answers.asIfOnDax().filter(dax -> !dax.withheld().isEmpty()).isPresent();
  }

  /** Returns the findings that fail the gate. */
  public List<Judged> failing() {
    return findings.stream().filter(Judged::fails).toList();
  }

  /** Returns whether everything that the rules need was seen. */
  public boolean complete() {
    return audit.verdict().completeness() == Completeness.COMPLETE;
  }
}
