package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Mappings;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A file shrinks below a live mapping of it: the next access to a page beyond the new end faults,
 * in Java as an {@link InternalError}, in native code as SIGBUS.
 *
 * <p>It is over when the mapping is unmapped, or the file grows again. A mapping that the garbage
 * collector unmapped later may have been out of everybody's reach already: then it is only
 * possible.
 */
public final class TruncatedBelowMapping implements Rule {
  private static final Set<String> CLEANERS =
      Set.of("Common-Cleaner", "Reference Handler", "Finalizer", "Cleaner-0");

  private final Occurrences found = new Occurrences();
  private final Map<FileId, List<Shrunk>> open = new HashMap<>();

  /** A mapping with pages beyond the end of its file. */
  private record Shrunk(FileRef file, JavaCall truncate, JavaCall mapping, List<ByteRange> beyond) {
    Occurrence occurrence(Stamp ended, boolean reachable, long endNanos) {
      Place place = new Place(file, List.of(), beyond);
      List<Step> steps = new ArrayList<>();
      steps.add(new Step(Step.Role.CUT, truncate.started(), actor(truncate), place, 1));
      if (ended != null) {
        Actor by = new Actor(ended.tid(), ended.task(), null, null);
        steps.add(new Step(Step.Role.DROPPED, ended, by, null, 1));
      }
      steps.add(Steps.mapped(mapping));
      return new Occurrence(
          actor(mapping).site(),
          actor(truncate).site(),
          new Finding.Instance(
              Severity.ERROR,
              Certainty.OBSERVED,
              reachable ? Set.of() : Set.of(Doubt.PERHAPS_UNREACHABLE),
              place,
              List.copyOf(steps),
              truncate.started(),
              Math.max(0, (ended == null ? endNanos : ended.nanos()) - truncate.endNanos()),
              ended != null,
              false));
    }

    private static Actor actor(JavaCall call) {
      return new Actor(call.started().tid(), call.started().task(), call, null);
    }
  }

  /** For one run. */
  public TruncatedBelowMapping() {}

  @Override
  public Hazard hazard() {
    return Hazard.TRUNCATED_BELOW_MAPPING;
  }

  @Override
  public List<Basis> bases() {
    return List.of(Basis.calls());
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (!(moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call))
        || call.error() != null) {
      return;
    }
    if (call.effect() instanceof JavaCall.Truncated size && size.file().id() != null) {
      grown(call, size);
      shrunk(call, size, ledgers);
    } else if (call.effect() instanceof JavaCall.Unmapped) {
      unmapped(call, moment, ledgers);
    }
  }

  private void shrunk(JavaCall call, JavaCall.Truncated size, Ledgers ledgers) {
    FileId file = size.file().id();
    long from = up(size.newSize());
    long to = size.oldSize() < 0 ? Long.MAX_VALUE : up(size.oldSize());
    if (from >= to) {
      return;
    }
    for (Mappings.Live live : ledgers.mappings().of(file)) {
      List<ByteRange> beyond =
          live.ranges().stream()
              .filter(range -> range.offset() < to && range.end() > from)
              .map(range -> between(range, from, to))
              .toList();
      if (!beyond.isEmpty() && live.call().endNanos() <= call.started().nanos()) {
        open.computeIfAbsent(file, _ -> new ArrayList<>())
            .add(new Shrunk(ledgers.file(file), call, live.call(), beyond));
      }
    }
  }

  private static ByteRange between(ByteRange range, long from, long to) {
    long start = Math.max(range.offset(), from);
    return new ByteRange(start, Math.min(range.end(), to) - start);
  }

  private static long up(long bytes) {
    return (bytes + PageRange.PAGE_BYTES - 1) / PageRange.PAGE_BYTES * PageRange.PAGE_BYTES;
  }

  /** The file has the pages again. */
  private void grown(JavaCall call, JavaCall.Truncated size) {
    end(
        size.file().id(),
        shrunk -> shrunk.beyond().stream().allMatch(range -> range.end() <= up(size.newSize())),
        call,
        true);
  }

  private void unmapped(JavaCall call, Moment moment, Ledgers ledgers) {
    if (open.isEmpty()) {
      return;
    }
    boolean reachable = !CLEANERS.contains(call.started().task());
    for (FileId file : moment.unmapped()) {
      List<JavaCall> live = ledgers.mappings().of(file).stream().map(Mappings.Live::call).toList();
      end(file, shrunk -> !live.contains(shrunk.mapping()), call, reachable);
    }
  }

  private void end(FileId file, Predicate<Shrunk> over, JavaCall call, boolean reachable) {
    List<Shrunk> ofFile = open.getOrDefault(file, new ArrayList<>());
    ofFile.stream()
        .filter(over)
        .forEach(one -> found.add(one.occurrence(call.started(), reachable, 0)));
    if (ofFile.removeIf(over) && ofFile.isEmpty()) {
      open.remove(file);
    }
  }

  @Override
  public Occurrences finish(long endNanos, Ledgers ledgers) {
    open.values()
        .forEach(all -> all.forEach(one -> found.add(one.occurrence(null, true, endNanos))));
    return found;
  }
}
