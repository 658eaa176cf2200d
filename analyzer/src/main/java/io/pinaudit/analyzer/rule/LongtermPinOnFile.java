package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * A program asks for a long-term pin (a buffer registered with io_uring, or RDMA) on memory of a
 * mapped file. The kernel refuses the pin or, which is worse, grants it.
 */
final class LongtermPinOnFile implements Rule {
  private final Occurrences found = new Occurrences();

  /** Creates the rule for one run. */
  LongtermPinOnFile() {}

  @Override
  public Hazard hazard() {
    return Hazard.LONGTERM_PIN_ON_FILE;
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
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)
        && call.effect() instanceof JavaCall.Pinned pin
        && pin.longTerm()
        && !pin.alive()
        && pin.buffer().id() != null) {
      found.add(occurrence(call, pin, ledgers));
    }
  }

  private static Occurrence occurrence(JavaCall call, JavaCall.Pinned pin, Ledgers ledgers) {
    FileRef file = ledgers.file(pin.buffer().id());
    Actor actor = Actor.of(call);
    List<ByteRange> ranges =
        pin.bufferRange().offset() < 0 ? List.of() : List.of(pin.bufferRange());
    Place place = new Place(file, List.of(), ranges);
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(Step.Role.REGISTERED, call.started(), actor, place, 1));
    JavaCall mapping = ledgers.mappings().at(call.process(), pin.address());
    if (mapping != null) {
      steps.add(Steps.mapped(mapping));
    }
    return new Occurrence(
        actor.site(),
        actor.site(),
        Finding.Instance.of(
                call.error() == null ? Severity.ERROR : Severity.WARNING,
                Certainty.OBSERVED,
                place,
                call.started())
            .steps(steps)
            .build());
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    return found.copy();
  }
}
