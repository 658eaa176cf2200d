package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.ProcessRef;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.run.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The cases as one recorder recorded them: what was true of each, and what pinaudit reports.
 *
 * <p>Cases run one after the other; a finding belongs to the case during which it happened.
 *
 * @param recorder its name
 * @param truths by the name of the case
 * @param findings every instance of every judged finding
 * @param judged the hazards that the rules had evidence of
 * @param sees who sees, of those that a case may need
 * @param witnesses what the two witnesses of freed pages said; empty if there were not two
 * @param verdict how completely the run was seen
 */
public record MatrixRun(
    String recorder,
    Map<String, MatrixTruth> truths,
    List<Found> findings,
    Set<Hazard> judged,
    Set<Seer> sees,
    List<Witnesses.Free> witnesses,
    Verdict verdict) {
  /** Who has to see what a case does, for it to be judged. */
  enum Seer {
    /** The agent in the JVM. */
    AGENT,
    /** The kernel's side, which sees what others do to files. */
    KERNEL,
    /** The kernel's side, where it sees pages leave the page cache. */
    PAGES,
    /** The kernel's side, where it sees pins being taken. */
    PINS;

    /**
     * What leaves its file in another call than the one that frees it, and what a program without
     * an agent holds in the page cache: only pins tell that. See docs/limits.md.
     */
    private static final Pattern OF_PINS =
        Pattern.compile(".*/(umount-unlink|reflink-cow-unlink)|c/(ext4|xfs|tmpfs)/.*");

    /** Returns who has to see a case: the last field of its name says it, else it is the agent. */
    static Seer of(MatrixCase one) {
      if (OF_PINS.matcher(one.name()).matches()) {
        return PINS;
      }
      return Arrays.stream(values())
          .filter(seer -> one.name().endsWith("/" + seer.name().toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElse(AGENT);
    }
  }

  /**
   * One instance of a finding.
   *
   * @param file whose pages were pinned; null if pinaudit does not know
   * @param unsure whether it is only possible, because a recorder that does not count what it
   *     misses has not seen the pin end
   * @param culprit the process that cut the file, with {@link #GUESS} before it if that is a guess;
   *     empty if it is the JVM, or is not known
   */
  record Found(Hazard hazard, long nanos, FileRef file, boolean unsure, String culprit) {
    private static final String GUESS = "perhaps ";

    static Found of(Hazard hazard, Finding.Instance one) {
      return new Found(
          hazard,
          one.began().nanos(),
          one.place().file(),
          one.doubts().contains(Doubt.END_UNCOUNTED) || one.doubts().contains(Doubt.READER_UNSEEN),
          one.step(Step.Role.CUT).map(step -> culprit(step.actor())).orElse(""));
    }

    private static String culprit(Actor actor) {
      ProcessRef process = actor.process();
      if (actor.call() != null || process != null && process.audited()) {
        return "";
      }
      if (process == null) {
        return actor.task();
      }
      return process.guessed() ? GUESS + process.command() : process.command();
    }
  }

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
    /** The expected finding was reported, but it names another culprit. */
    MISBLAMED("ANOTHER CULPRIT"),
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
    return read(directory, recorder, MatrixRun::isJudged);
  }

  /** Reads page-cache cases, which are about every hazard; null if nothing was recorded. */
  static MatrixRun readCached(Path directory, String recording) throws IOException {
    return read(directory, recording, (_, _) -> true);
  }

  /**
   * Reads RDMA cases of one program; null if nothing was recorded. What a program in C registers is
   * seen by no agent; that files are cut below mappings is not what they are about.
   */
  static MatrixRun readRdma(Path directory, String recording, boolean inJava) throws IOException {
    return read(
        directory,
        recording,
        (hazard, audit) ->
            isJudged(hazard, audit) || inJava && hazard == Hazard.LONGTERM_PIN_ON_FILE);
  }

  private static MatrixRun read(
      Path directory, String recorder, BiPredicate<Hazard, Audit> isJudged) throws IOException {
    Path output = directory.resolve(recorder + ".truth");
    if (!Files.exists(output)) {
      return null;
    }
    Witnesses witnesses = new Witnesses();
    Audit audit = Audit.of(Inputs.of(List.of(directory.resolve(recorder))), witnesses);
    Set<Hazard> judged = EnumSet.allOf(Hazard.class);
    judged.removeIf(hazard -> !isJudged.test(hazard, audit));
    return new MatrixRun(
        recorder,
        MatrixTruth.read(output),
        found(audit, judged),
        judged,
        seers(audit),
        witnesses.found(audit.ledgers().sight()),
        audit.verdict());
  }

  private static Set<Seer> seers(Audit audit) {
    Set<Seer> seers = EnumSet.of(Seer.AGENT);
    Sight sight = audit.ledgers().sight();
    if (audit.kernelEvents() > 0 && sight.kernelEvidence().contains(Evidence.CUTS)) {
      seers.add(Seer.KERNEL);
    }
    if (sight.seesRemovals()) {
      seers.add(Seer.PAGES);
    }
    if (sight.seesPins()) {
      seers.add(Seer.PINS);
    }
    return seers;
  }

  /**
   * Returns whether the truth table judges a hazard: the cases are about it, and its rule need not
   * guess from the JVM's calls.
   */
  private static boolean isJudged(Hazard hazard, Audit audit) {
    Sight sight = audit.ledgers().sight();
    return switch (hazard) {
      case TRUNCATE_STALLED_BY_PIN -> true;
      case FREED_WHILE_PINNED -> sight.seesPins() || sight.seesCounts();
      case REUSED_WHILE_PINNED -> sight.seesPins();
      case ORPHANED_WHILE_PINNED -> sight.seesRemovals() || sight.seesHeldRemovals();
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
          found.add(Found.of(finding.hazard(), one));
        }
      }
    }
    return found;
  }

  /** Returns what is known to be true of a case. */
  public MatrixTruth truth(MatrixCase one) {
    return truths.getOrDefault(
        one.name(),
        new MatrixTruth(0, -1, null, MatrixTruth.Kind.FAILED, "it printed nothing", ""));
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
    Set<Hazard> asked = truth(one).kind().hazards();
    if (judged.contains(Hazard.FREED_WHILE_PINNED)) {
      asked.remove(Hazard.REUSED_WHILE_PINNED); // which needs pins, while counts tell the other
    }
    return !sees.contains(Seer.of(one)) || !judged.containsAll(asked);
  }

  /** Returns the processes that are reported to have cut the file of a case. */
  Set<String> culprits(MatrixCase one) {
    MatrixTruth truth = truth(one);
    return findings.stream()
        .filter(found -> truth.lasted(found.nanos) && isOf(found, truth))
        .map(Found::culprit)
        .filter(culprit -> !culprit.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns whether a finding blames somebody who did not do it; it may also blame nobody. */
  private boolean isMisblamed(MatrixCase one) {
    String culprit = truth(one).culprit();
    return culprits(one).stream()
        .filter(blamed -> !blamed.startsWith(Found.GUESS))
        .anyMatch(blamed -> !blamed.equals(culprit));
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
    } else if (isMisblamed(one)) {
      return Outcome.MISBLAMED;
    }
    return expected.isEmpty() ? Outcome.TRUE_NEGATIVE : Outcome.TRUE_POSITIVE;
  }

  /**
   * Returns the frees of which one witness said that pages were held, and the other did not, within
   * cases that both see.
   */
  public List<Witnesses.Free> disagreements(List<MatrixCase> cases) {
    List<MatrixTruth> oneSided =
        cases.stream().filter(one -> Seer.of(one) == Seer.PINS).map(this::truth).toList();
    return witnesses.stream()
        .filter(free -> free.byPins() != free.byCounts())
        .filter(free -> oneSided.stream().noneMatch(truth -> truth.lasted(free.nanos())))
        .toList();
  }

  /** Returns what was reported outside the time of every case; these are false alarms, too. */
  public List<Found> strays() {
    return findings.stream()
        .filter(found -> !found.unsure)
        .filter(found -> truths.values().stream().noneMatch(truth -> truth.lasted(found.nanos)))
        .toList();
  }
}
