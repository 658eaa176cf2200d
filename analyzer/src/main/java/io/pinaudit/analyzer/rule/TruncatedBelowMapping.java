package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Cutters;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Mappings;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A file shrinks below a live mapping of it: the next access to a page beyond the new end faults,
 * in Java as an {@link InternalError}, in native code as SIGBUS.
 *
 * <p>The rule fires on hooked calls that cut a file below a mapping. It also fires when the agent
 * looks at the mapped files and finds that some process, which need not be a JVM, has cut one. Then
 * the kernel's events, if they were recorded, tell who cut the file. A cut that only the kernel's
 * events show is reported only if an access to memory failed before the agent looked; otherwise it
 * spared the mapping, and is noted.
 *
 * <p>A read of one of the pages decides. The finding is confirmed if the read fails. It is dropped
 * if the read succeeds, because the mapped file is then another than the file of that name; unless
 * a later look finds the page gone, because a file has its new size before its pages go. It is also
 * dropped if nothing is mapped there any more, because native code has unmapped the page unseen.
 *
 * <p>The hazard ends when the mapping is unmapped or the file grows again. If the garbage collector
 * unmapped the mapping, or nobody did before the end of the run, no thread may have been able to
 * reach the mapping any more; then the finding is only possible.
 */
final class TruncatedBelowMapping implements Rule {
  private static final Set<String> CLEANERS =
      Set.of("Common-Cleaner", "Reference Handler", "Finalizer", "Cleaner-0");

  /** A time in nanoseconds that is somewhat longer than the agent's pause between two looks. */
  private static final long LOOK_NANOS = 2_000_000_000;

  private final Occurrences found = new Occurrences();
  private final Map<FileId, List<Shrunk>> open = new HashMap<>();
  // By mapping: findings whose page was there when the agent asked, until it asks once more.
  private final IdentityHashMap<JavaCall, List<Shrunk>> spared = new IdentityHashMap<>();
  private final Regrowths regrowths = new Regrowths(this::isOpen);

  /**
   * A mapping with pages beyond the end of its file.
   *
   * @param cut who made the file shorter, and when that happened or was seen
   * @param mapping the call that mapped it; null if unknown
   * @param gone whether a read of one of the pages failed, as a load from it would
   */
  private record Shrunk(Step cut, JavaCall mapping, boolean gone) {
    Shrunk confirmed() {
      return new Shrunk(cut, mapping, true);
    }

    /** Returns whether a look found the mapping cut while a call that cut it had not returned. */
    boolean isFoundIn(JavaCall call, Mappings.Live live) {
      return isSame(mapping, live.call())
          && cut.actor().equals(Actor.UNSEEN)
          && call.started().nanos() <= cut.stamp().nanos()
          && cut.stamp().nanos() <= call.endNanos();
    }

    /** Returns whether a file of a size, in bytes, has all pages of the mapping again. */
    boolean fits(long sizeBytes) {
      return cut.place().ranges().stream()
          .allMatch(range -> range.end() <= PageRange.up(sizeBytes));
    }

    Occurrence occurrence(Stamp ended, boolean reachable, long endNanos) {
      List<Step> steps = new ArrayList<>(List.of(cut));
      if (ended != null) {
        steps.add(new Step(Step.Role.DROPPED, ended, Actor.of(ended), null, 1));
      }
      if (mapping != null) {
        steps.add(Steps.mapped(mapping));
      }
      long began = cut.actor().call() == null ? cut.stamp().nanos() : cut.actor().call().endNanos();
      return new Occurrence(
          mapping == null ? null : Actor.of(mapping).site(),
          cut.actor().site(),
          Finding.Instance.of(
                  Severity.ERROR,
                  gone ? Certainty.CONFIRMED : Certainty.OBSERVED,
                  cut.place(),
                  cut.stamp())
              .doubts(reachable ? Set.of() : Set.of(Doubt.PERHAPS_UNREACHABLE))
              .steps(steps)
              .lasted(
                  Math.max(0, (ended == null ? endNanos : ended.nanos()) - began), ended != null)
              .build());
    }
  }

  /** Creates the rule for one run. */
  TruncatedBelowMapping() {}

  @Override
  public Hazard hazard() {
    return Hazard.TRUNCATED_BELOW_MAPPING;
  }

  @Override
  public boolean judgesFrames() {
    return false;
  }

  @Override
  public List<Basis> bases() {
    return List.of(Basis.calls(Evidence.CUTS));
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.AccessFailed failed) {
      failed(failed, ledgers);
    } else if (moment.event() instanceof TraceEvent.FileCut cut) {
      regrowths.told(cut.file(), moment.cutting(), ledgers);
    }
    if (!(moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call))
        || call.error() != null) {
      return;
    }
    switch (call.effect()) {
      case JavaCall.Truncated size when size.file().id() != null -> {
        grown(call, size);
        shrunk(call, size, ledgers);
      }
      case JavaCall.FoundShort found when found.file().id() != null -> found(call, found, ledgers);
      case JavaCall.Unmapped _ -> unmapped(call, moment, ledgers);
      case JavaCall.StillMapped still ->
          regrowths.livedOn(ledgers.mappings().at(call.process(), still.address()));
      case JavaCall.Truncated _,
          JavaCall.Deallocated _,
          JavaCall.Deleted _,
          JavaCall.Closed _,
          JavaCall.Mapped _,
          JavaCall.HandsOver _,
          JavaCall.GivesBack _,
          JavaCall.Harmless _ -> {}
    }
  }

  private void shrunk(JavaCall call, JavaCall.Truncated size, Ledgers ledgers) {
    FileId file = size.file().id();
    long from = PageRange.up(size.newSize());
    long to = size.oldSize() < 0 ? Long.MAX_VALUE : PageRange.up(size.oldSize());
    if (from >= to) {
      return;
    }
    for (Mappings.Live live : ledgers.mappings().of(file)) {
      regrowths.looked(live.call());
      List<ByteRange> beyond = beyond(live, from, to);
      if (!beyond.isEmpty() && live.call().endNanos() <= call.started().nanos()) {
        Shrunk shrunk =
            shrunk(
                new Place(ledgers.file(file), List.of(), beyond),
                Actor.of(call),
                call.started(),
                live.call());
        List<Shrunk> ofFile = open.computeIfAbsent(file, _ -> new ArrayList<>());
        List<Shrunk> same = ofFile.stream().filter(one -> one.isFoundIn(call, live)).toList();
        ofFile.removeAll(same);
        ofFile.add(same.stream().anyMatch(Shrunk::gone) ? shrunk.confirmed() : shrunk);
      }
    }
  }

  static List<ByteRange> beyond(Mappings.Live live, long from, long to) {
    return live.ranges().stream()
        .filter(range -> range.offset() < to && range.end() > from)
        .map(range -> between(range, from, to))
        .toList();
  }

  /**
   * Handles a SIGBUS of a thread of a JVM, which may be the thread's last action: if a file that
   * the JVM has mapped was cut a moment ago, the agent may not have looked since.
   */
  private void failed(TraceEvent.AccessFailed failed, Ledgers ledgers) {
    String process = ledgers.jvm(failed.tid());
    if (process != null) {
      ledgers
          .cutters()
          .since(failed.stamp().nanos() - LOOK_NANOS)
          .forEach((file, cut) -> cutUnlooked(file, cut, process, ledgers));
    }
  }

  /**
   * Reports a cut of a mapped file that the agent has not looked at. A cut in a hooked call of a
   * JVM is known already.
   */
  private void cutUnlooked(FileId file, Cutters.Cutting cut, String process, Ledgers ledgers) {
    if (cut.newSize() < 0 || cut.actor().call() != null) {
      return;
    }
    for (Mappings.Live live : ledgers.mappings().of(file)) {
      List<ByteRange> beyond = beyond(live, PageRange.up(cut.newSize()), Long.MAX_VALUE);
      if (!beyond.isEmpty()
          && live.call().process().equals(process)
          && !isOpen(file, live.call())) {
        open.computeIfAbsent(file, _ -> new ArrayList<>())
            .add(
                shrunk(
                    new Place(ledgers.file(file), List.of(), beyond),
                    cut.actor(),
                    cut.stamp(),
                    live.call()));
      }
    }
  }

  private boolean isOpen(FileId file, JavaCall mapping) {
    return open.getOrDefault(file, List.of()).stream()
        .anyMatch(one -> isSame(one.mapping(), mapping));
  }

  private static Shrunk shrunk(Place beyond, Actor by, Stamp when, JavaCall mapping) {
    Step cut = new Step(Step.Role.CUT, when, by, beyond, 1);
    return new Shrunk(cut, mapping, false);
  }

  /**
   * Handles a look of the agent: at the pages of a mapping that a call has just cut, or at a file
   * that somebody else has cut since the look before.
   */
  private void found(JavaCall check, JavaCall.FoundShort found, Ledgers ledgers) {
    JavaCall mapping = ledgers.mappings().at(check.process(), found.address());
    regrowths.looked(mapping);
    List<Shrunk> ofFile = open.computeIfAbsent(found.file().id(), _ -> new ArrayList<>());
    List<Shrunk> known = ofFile.stream().filter(one -> isSame(one.mapping(), mapping)).toList();
    ofFile.removeAll(known);
    List<Shrunk> before = Objects.requireNonNullElse(spared.remove(mapping), List.of());
    switch (found.page()) {
      case THERE, UNMAPPED -> {
        known.stream().filter(Shrunk::gone).forEach(ofFile::add);
        List<Shrunk> doubtful = known.stream().filter(one -> !one.gone()).toList();
        if (!doubtful.isEmpty()) {
          spared.put(mapping, doubtful);
        }
      }
      case NOT_ASKED -> ofFile.addAll(known.isEmpty() ? unknown(check, found, ledgers) : known);
      case GONE -> {
        List<Shrunk> told = known.isEmpty() ? before : known;
        (told.isEmpty() ? unknown(check, found, ledgers) : told)
            .forEach(one -> ofFile.add(one.confirmed()));
      }
    }
    if (ofFile.isEmpty()) {
      open.remove(found.file().id());
    }
  }

  @SuppressWarnings("ReferenceEquality") // comparing calls field by field takes long
  private static boolean isSame(JavaCall mapping, JavaCall other) {
    return mapping != null && mapping == other;
  }

  /**
   * Returns the mappings that were cut by somebody else, or by the call that the agent looked for.
   */
  private static List<Shrunk> unknown(JavaCall check, JavaCall.FoundShort found, Ledgers ledgers) {
    JavaCall mapping = ledgers.mappings().at(check.process(), found.address());
    Cutters.Cutting cut =
        switch (check.operation().cutter()) {
          case ANYBODY ->
              ledgers
                  .cutters()
                  .of(found, mapping, check.endNanos())
                  .orElse(new Cutters.Cutting(check.started(), found.newSize(), Actor.UNSEEN));
          case ITSELF -> new Cutters.Cutting(check.started(), found.newSize(), Actor.of(check));
        };
    ByteRange gone =
        between(found.range(), PageRange.up(found.newSize()), PageRange.up(found.oldSize()));
    return List.of(
        shrunk(
            new Place(ledgers.file(found.file().id()), List.of(), List.of(gone)),
            cut.actor(),
            cut.stamp(),
            mapping));
  }

  private static ByteRange between(ByteRange range, long from, long to) {
    long start = Math.max(range.offset(), from);
    return new ByteRange(start, Math.min(range.end(), to) - start);
  }

  /** Ends the cuts of a file that has grown again and has the pages of its mappings. */
  private void grown(JavaCall call, JavaCall.Truncated size) {
    end(size.file().id(), shrunk -> shrunk.fits(size.newSize()), call, true);
  }

  private void unmapped(JavaCall call, Moment moment, Ledgers ledgers) {
    moment.unmapped().forEach(file -> regrowths.unmapped(file, ledgers));
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
  public List<String> notes(long startNanos, Ledgers ledgers) {
    return regrowths.notes(startNanos, ledgers);
  }

  @Override
  public Occurrences occurrences(long nowNanos, Ledgers ledgers) {
    Occurrences all = found.copy();
    boolean reachable = ledgers.sight().faulted();
    open.values()
        .forEach(
            ofFile ->
                ofFile.forEach(
                    one -> all.addUntil(nowNanos, one.occurrence(null, reachable, nowNanos))));
    return all;
  }
}
