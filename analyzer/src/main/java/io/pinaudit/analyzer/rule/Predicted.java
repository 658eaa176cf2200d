package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the pairs of a plan that did not meet into findings of certainty {@link
 * Certainty#PREDICTED}.
 */
public final class Predicted {
  // "app.Wal.cut(Wal.java:17)"
  private static final Pattern FRAME =
      Pattern.compile("([^(]*)\\.([^.(]+)(\\([^)]*?(?::(\\d+))?\\))?");

  private Predicted() {}

  /**
   * Returns the findings of a run and, after them, a predicted finding for each pair of the run's
   * plan that is not among them.
   *
   * @param startNanos start of the run in nanoseconds, which stands for the unknown time of a
   *     predicted hazard
   */
  public static List<Finding> after(List<Finding> findings, Plan plan, long startNanos) {
    List<Finding> all = new ArrayList<>(findings);
    Set<String> known = new HashSet<>();
    findings.forEach(finding -> known.add(finding.fingerprint()));
    for (int i = 0; i < plan.pairs().size(); i++) {
      Stamp stamp = new Stamp(startNanos, -1, "", new Source(Plan.FILE_NAME, i + 1L));
      Occurrences one = new Occurrences();
      one.add(occurrence(plan.pairs().get(i), stamp));
      for (Occurrences.Group group : one.groups()) {
        String print = group.fingerprint(Hazard.UNORDERED_CUT);
        if (known.add(print)) {
          all.add(group.finding("F" + (all.size() + 1), Hazard.UNORDERED_CUT, print));
        }
      }
    }
    return List.copyOf(all);
  }

  private static Occurrence occurrence(Pair pair, Stamp stamp) {
    Severity severity =
        UnorderedCut.severity(
            pair.near().subject(),
            Operation.of(pair.hands().operation()),
            Operation.of(pair.takes().operation()));
    return UnorderedCut.occurrence(
        severity,
        Certainty.PREDICTED,
        new Place(null, List.of(), List.of()),
        List.of(call(pair, pair.hands(), stamp), call(pair, pair.takes(), stamp)));
  }

  private static JavaCall call(Pair pair, Site site, Stamp stamp) {
    List<String> frames = site.stack().isEmpty() ? site.frames() : site.stack();
    return new JavaCall(
        "",
        Operation.of(site.operation()),
        stamp,
        stamp.nanos(),
        frames.stream().map(Predicted::frame).toList(),
        null,
        notMet(pair));
  }

  /** Returns a wait as of a thread that was held for the pair, with everything else unknown. */
  private static JavaCall.Waited notMet(Pair pair) {
    return new JavaCall.Waited(
        pair.id(),
        JavaCall.Side.HANDS,
        JavaCall.WaitEnd.ALONE,
        0,
        null,
        pair.near().subject(),
        new JavaCall.Named(null, pair.near().file()),
        new ByteRange(0, 0));
  }

  private static Frame frame(String text) {
    Matcher parts = FRAME.matcher(text);
    if (!parts.matches()) {
      return new Frame("", text, 0);
    }
    String line = parts.group(4);
    return new Frame(parts.group(1), parts.group(2), line == null ? 0 : Integer.parseInt(line));
  }
}
