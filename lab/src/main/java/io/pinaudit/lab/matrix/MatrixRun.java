package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.FileRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The cases as one recorder recorded them: what was true of each, and what pinaudit reports.
 *
 * <p>Cases run one after the other; a finding belongs to the case during which it happened.
 *
 * @param recorder its name
 * @param truths by the name of the case
 * @param findings every instance of every judged finding
 * @param judged the hazards that the rules had evidence of from the kernel
 * @param verdict how completely the run was seen
 */
public record MatrixRun(
    String recorder,
    Map<String, MatrixTruth> truths,
    List<Found> findings,
    Set<Hazard> judged,
    Verdict verdict) {
  /**
   * One instance of a finding.
   *
   * @param file whose pages were pinned; null if pinaudit does not know
   * @param unsure whether it is only possible, because a recorder that does not count what it
   *     misses has not seen the pin end
   */
  record Found(Hazard hazard, long nanos, FileRef file, boolean unsure) {}

  /** How a report compares with the truth. */
  public enum Outcome {
    /** Something was wrong, and exactly that was reported. */
    TRUE_POSITIVE(""),
    /** Nothing was wrong, and nothing was reported. */
    TRUE_NEGATIVE(""),
    /** A rule that had to fire did not, or fired for another file. */
    MISS("MISS"),
    /** A rule fired that had no reason to. */
    FALSE_ALARM("FALSE ALARM"),
    /** The recorder does not see what the rule needs, or the kernel cannot do it. */
    NOT_JUDGED(""),
    /** The case did not do what it is meant to do. */
    UNESTABLISHED("TRUTH NOT ESTABLISHED");

    private final String remark;

    Outcome(String remark) {
      this.remark = remark;
    }

    String remark() {
      return remark;
    }

    public boolean isWrong() {
      return !remark.isEmpty();
    }
  }

  /** Reads what was recorded below a folder; null if nothing was recorded. */
  static MatrixRun read(Path directory, String recorder) throws IOException {
    Path output = directory.resolve(recorder + ".truth");
    if (!Files.exists(output)) {
      return null;
    }
    Audit audit = Audit.of(Inputs.of(List.of(directory.resolve(recorder))));
    Set<Hazard> judged = EnumSet.allOf(Hazard.class);
    judged.removeIf(hazard -> !isJudged(hazard, audit));
    return new MatrixRun(
        recorder, MatrixTruth.read(output), found(audit, judged), judged, audit.verdict());
  }

  /** Whether the cases are about a hazard, and its rule need not guess from the JVM's side. */
  private static boolean isJudged(Hazard hazard, Audit audit) {
    return switch (hazard) {
      case FREED_WHILE_PINNED, REUSED_WHILE_PINNED, TRUNCATE_STALLED_BY_PIN -> true;
      case ORPHANED_WHILE_PINNED -> audit.ledgers().sight().seesRemovals();
      case UNMAPPED_WHILE_PINNED,
          TRUNCATED_BELOW_MAPPING,
          STORAGE_ENDPOINT_RACE,
          LONGTERM_PIN_ON_FILE,
          UNORDERED_CUT ->
          false;
    };
  }

  private static List<Found> found(Audit audit, Set<Hazard> judged) {
    List<Found> found = new ArrayList<>();
    for (Finding finding : audit.findings()) {
      if (judged.contains(finding.hazard())) {
        for (Finding.Instance one : finding.instances()) {
          boolean unsure = one.doubts().contains(Doubt.END_UNCOUNTED);
          found.add(new Found(finding.hazard(), one.began().nanos(), one.place().file(), unsure));
        }
      }
    }
    return found;
  }

  /** Returns what is known to be true of a case. */
  public MatrixTruth truth(MatrixCase one) {
    return truths.getOrDefault(
        one.name(), new MatrixTruth(0, -1, null, MatrixTruth.Kind.FAILED, "it printed nothing"));
  }

  /**
   * Returns the rules that fired during a case. A rule that should not have fired counts unless its
   * finding is unsure.
   */
  public Set<String> reported(MatrixCase one) {
    Set<String> reported = fired(one, false);
    Set<String> unsure = fired(one, true);
    unsure.retainAll(expected(one));
    reported.addAll(unsure);
    return reported;
  }

  /**
   * Returns the rules that should not have fired during a case, and whose findings are all unsure.
   */
  Set<String> unsure(MatrixCase one) {
    Set<String> unsure = fired(one, true);
    unsure.removeAll(reported(one));
    return unsure;
  }

  private Set<String> fired(MatrixCase one, boolean unsure) {
    MatrixTruth truth = truth(one);
    return findings.stream()
        .filter(found -> truth.lasted(found.nanos) && found.unsure == unsure)
        .map(found -> isOf(found, truth) ? found.hazard.rule() : found.hazard + " for another file")
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOf(Found found, MatrixTruth truth) {
    return found.file == null || found.file.id().equals(truth.file());
  }

  /** Returns the rules that must fire for a case. */
  Set<String> expected(MatrixCase one) {
    return truth(one).kind().hazards().stream()
        .filter(judged::contains)
        .map(Hazard::rule)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns whether this recorder cannot see what is true of a case. */
  boolean isUnseen(MatrixCase one) {
    return !judged.containsAll(truth(one).kind().hazards());
  }

  /** Judges a case. If it has both a miss and a false alarm, it is a miss. */
  public Outcome outcome(MatrixCase one) {
    Set<String> expected = expected(one);
    Set<String> reported = reported(one);
    if (truth(one).kind() == MatrixTruth.Kind.ABSENT) {
      return Outcome.NOT_JUDGED;
    } else if (!one.construction().allows(truth(one).kind())) {
      return Outcome.UNESTABLISHED;
    } else if (isUnseen(one)) {
      return Outcome.NOT_JUDGED;
    } else if (!reported.containsAll(expected)) {
      return Outcome.MISS;
    } else if (!expected.containsAll(reported)) {
      return Outcome.FALSE_ALARM;
    }
    return expected.isEmpty() ? Outcome.TRUE_NEGATIVE : Outcome.TRUE_POSITIVE;
  }

  /** Returns what was reported outside the time of every case; these are false alarms, too. */
  public List<Found> strays() {
    return findings.stream()
        .filter(found -> !found.unsure)
        .filter(found -> truths.values().stream().noneMatch(truth -> truth.lasted(found.nanos)))
        .toList();
  }
}
