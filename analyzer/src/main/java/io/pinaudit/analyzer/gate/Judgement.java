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
 * One run and what is thought of its findings: what a report is made of.
 *
 * @param run what the user called the run
 * @param audit what was seen
 * @param findings those of the audit, in its order
 * @param answers what the run would have been elsewhere, as far as that was asked
 * @param gatesAsIf whether what would have happened on DAX counts like what happened
 */
public record Judgement(
    String run, Audit audit, List<Judged> findings, Answers answers, boolean gatesAsIf) {
  /** Of a run of which nothing was asked that did not happen. */
  public Judgement(String run, Audit audit, List<Judged> findings) {
    this(run, audit, findings, Answers.NONE, false);
  }

  /** Of a run without a gate: every finding counts that is more than predicted. */
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

  /** What is thought of one finding, and why. */
  record Opinion(Standing standing, String note) {}

  /** The same, with what the run would have been elsewhere, for which it does not fail. */
  public Judgement with(Answers other) {
    return new Judgement(run, audit, findings, other, false);
  }

  /** The same, where what would have happened on DAX counts like what happened. */
  public Judgement gatingAsIf() {
    return new Judgement(run, audit, findings, answers, true);
  }

  /** Whether it fails for what would have happened on DAX. */
  public boolean failsAsIf() {
    return gatesAsIf && answers.asIfOnDax().filter(AsIfOnDax::isBad).isPresent();
  }

  /** Whether it is asked what would have happened on DAX, and not all of that can be said. */
  public boolean undecidedAsIf() {
    return gatesAsIf && answers.asIfOnDax().filter(dax -> !dax.withheld().isEmpty()).isPresent();
  }

  /** The findings that count. */
  public List<Judged> failing() {
    return findings.stream().filter(Judged::fails).toList();
  }

  /** Whether everything that the rules need was seen. */
  public boolean complete() {
    return audit.verdict().completeness() == Completeness.COMPLETE;
  }
}
