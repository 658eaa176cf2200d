package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nothing orders a call that hands memory or a range of a file to an I/O and a call that takes this
 * memory or range away: two threads stood before the two calls at the same time.
 *
 * <p>The rule fires on the meetings that the agent brought about for a plan. The other rules tell
 * whether the two calls then overlapped, and with what effect.
 */
final class UnorderedCut implements Rule {
  private final Occurrences found = new Occurrences();
  private final Map<Key, JavaCall> waiting = new HashMap<>();

  private record Key(String process, long meeting) {}

  /** Creates the rule for one run. */
  UnorderedCut() {}

  @Override
  public Hazard hazard() {
    return Hazard.UNORDERED_CUT;
  }

  @Override
  public boolean judgesFrames() {
    return false;
  }

  @Override
  public List<Basis> bases() {
    return List.of(Basis.calls());
  }

  @Override
  public Optional<String> ruledOut(Sight sight) {
    return sight.callsSeen() && sight.waits().isEmpty()
        ? Optional.of("no thread was held for a plan of calls that are to meet")
        : Optional.empty();
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)
        && call.effect() instanceof JavaCall.Waited waited
        && waited.met()) {
      Key key = new Key(call.process(), waited.meeting());
      JavaCall other = waiting.remove(key);
      if (other == null) {
        waiting.put(key, call);
      } else {
        found.add(waited.takes() ? met(other, call, ledgers) : met(call, other, ledgers));
      }
    }
  }

  private static Occurrence met(JavaCall hands, JavaCall takes, Ledgers ledgers) {
    JavaCall.Waited waited = (JavaCall.Waited) hands.effect();
    FileRef file = waited.file().id() == null ? null : ledgers.file(waited.file().id());
    Severity severity = severity(waited.subject(), hands.operation(), takes.operation());
    Place place = new Place(file, List.of(), List.of(range(waited)));
    return occurrence(severity, Certainty.MET, place, List.of(hands, takes));
  }

  /**
   * Returns how bad a meeting is.
   *
   * <p>The end of a file harms no I/O on its mapped memory: the mapping keeps the file whole until
   * the memory is unmapped as well, which is another pair. Only pages that a pipe or a socket keeps
   * outlast the mapping.
   *
   * @param subject what both calls are about
   */
  static Severity severity(Use subject, Operation hands, Operation takes) {
    boolean isKept = subject == Use.BUFFER && takes.endsFile() && !hands.lends();
    return isKept || subject == Use.STORAGE ? Severity.WARNING : Severity.ERROR;
  }

  /**
   * Returns the range of the file; of memory of which only an address is known, only the length.
   */
  private static ByteRange range(JavaCall.Waited waited) {
    return waited.subject() == Use.MEMORY
        ? new ByteRange(0, waited.range().length())
        : waited.range();
  }

  /**
   * Returns one occurrence of a pair.
   *
   * @param calls the call that hands over, then the call that takes away
   */
  static Occurrence occurrence(
      Severity severity, Certainty certainty, Place place, List<JavaCall> calls) {
    JavaCall hands = calls.getFirst();
    JavaCall takes = calls.getLast();
    JavaCall last = hands.endNanos() > takes.endNanos() ? hands : takes;
    return new Occurrence(
        site(hands),
        site(takes),
        Finding.Instance.of(severity, certainty, place, last.started())
            .steps(
                List.of(
                    new Step(Step.Role.TRANSFERRED, hands.started(), Actor.of(hands), place, 1),
                    new Step(Step.Role.CUT, takes.started(), Actor.of(takes), place, 1)))
            .build());
  }

  /**
   * Returns the site of a call as plans name it, so that a predicted pair and one that has met are
   * recognized as the same.
   */
  private static Actor.Site site(JavaCall call) {
    return new Actor.Site(call.operation().name(), Site.frames(call));
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    return found.copy();
  }
}
