package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A call that takes pages from a file, as long as it is not known when the pins end. Confined to
 * one thread.
 */
final class OpenTaking {
  /** Drops that are no further apart than this, in nanoseconds, count as one. */
  private static final long SAME_DROP_NANOS = 1_000_000;

  /** Shorter waits, in nanoseconds, are ignored: every I/O causes them. */
  static final long LEAST_WAIT_NANOS = 1_000_000;

  private final Act act;
  private final Actor actor;
  private final FileRef file;
  private final Stamp began;
  private final Set<Use> awaited = new LinkedHashSet<>();
  private final Set<Use> taken = new LinkedHashSet<>();

  /** Uses of pages outside the range of the call that go with a folio which the call meets. */
  private final Set<Use> beside = new LinkedHashSet<>();

  private Mapped mapped = Mapped.UNKNOWN;
  private Stamp returned;
  private boolean waits;
  private boolean tookAlive;
  private Doubt unsure;

  OpenTaking(Act act, Actor actor, FileRef file, Stamp began) {
    this.act = act;
    this.actor = actor;
    this.file = file;
    this.began = began;
  }

  Act act() {
    return act;
  }

  Actor actor() {
    return actor;
  }

  FileRef file() {
    return file;
  }

  Stamp began() {
    return began;
  }

  Set<Use> awaited() {
    return awaited;
  }

  void mapped(Mapped now) {
    mapped = now == Mapped.UNKNOWN ? mapped : now;
  }

  void unsure(Doubt why) {
    unsure = why;
  }

  void awaits(List<? extends Use> uses) {
    awaited.addAll(uses);
  }

  /** Notes that a layout break of the call began and has not ended. */
  void waits() {
    waits = true;
    returned = null;
  }

  void returned(Stamp stamp) {
    returned = stamp;
  }

  /** Returns whether the call still waits, or waited until a moment or later. */
  boolean waitedUntil(long nanos) {
    return waits && (returned == null || returned.nanos() >= nanos);
  }

  /**
   * Notes that the page of a pin goes: while the pin lives, or after the kernel has waited for the
   * pin.
   */
  void takes(Use use) {
    taken.add(use);
    tookAlive |= use.until() == null;
  }

  /**
   * Notes that the page of a pin goes because it is in one folio with other pages, which happens
   * only in page caches.
   */
  void takesBeside(Use use) {
    takes(use);
    beside.add(use);
  }

  boolean isOver() {
    return awaited.stream().allMatch(use -> use.until() != null)
        && taken.stream().allMatch(use -> use.until() != null);
  }

  boolean isEmpty(Predicate<Use> counts) {
    return awaited.stream().noneMatch(counts) && taken.stream().noneMatch(counts);
  }

  /** Returns the taking, when the call is over or the recording ends. */
  Taking settled(Medium medium, long endNanos) {
    return settled(_ -> true, gone(medium), medium, endNanos);
  }

  /**
   * Returns the taking as it would have been on DAX, without large folios and without the uses that
   * DAX would not allow.
   */
  Taking settledAsIfOnDax(Medium medium, long endNanos) {
    Set<Use> inRange = new LinkedHashSet<>(taken);
    inRange.removeAll(beside);
    return settled(Use::isPossibleOnDax, inRange, medium, endNanos);
  }

  private Taking settled(Predicate<Use> counts, Set<Use> gone, Medium medium, long endNanos) {
    List<Use> all = new ArrayList<>(awaited);
    taken.stream().filter(use -> !awaited.contains(use)).forEach(all::add);
    all.removeIf(counts.negate());
    Use first =
        all.stream().min(Comparator.comparingLong(use -> use.since().nanos())).orElseThrow();
    return new Taking(
        act,
        actor,
        first.holder(),
        file,
        medium.fileSystem(),
        medium.dax(),
        mapped,
        began,
        span(awaited.stream().filter(counts).toList(), endNanos),
        span(gone.stream().filter(counts).toList(), endNanos),
        here(medium),
        all.stream().anyMatch(this::isDroppedByTaker),
        awaited.stream().filter(counts).allMatch(Use::endsByItself),
        unsure != null
            ? unsure
            : all.stream().anyMatch(Use::endUnseen) ? Doubt.READER_UNSEEN : null);
  }

  /**
   * Returns the uses whose pages are taken. A file that was to go, and hangs, would have gone as a
   * whole.
   */
  private Set<Use> gone(Medium medium) {
    return act == Act.EVICT && here(medium) == Outcome.HANGS ? awaited : taken;
  }

  private boolean isDroppedByTaker(Use use) {
    return !use.endsByItself()
        && use.until() != null
        && use.until().tid() == actor.tid()
        && use.until().nanos() > began.nanos();
  }

  private Outcome here(Medium medium) {
    if (tookAlive) {
      return medium.dax() ? Outcome.FREES : Outcome.ORPHANS;
    }
    if (waits && returned == null) {
      return Outcome.HANGS;
    }
    boolean waited =
        returned != null
            && returned.nanos() - began.nanos() >= LEAST_WAIT_NANOS
            && awaited.stream()
                .anyMatch(
                    use ->
                        use.until() != null
                            && use.until().nanos() > began.nanos()
                            && use.until().nanos() <= returned.nanos() + LEAST_WAIT_NANOS);
    return waited ? Outcome.WAITS : Outcome.NOTHING;
  }

  private Taking.Span span(List<Use> uses, long endNanos) {
    List<Taking.Drop> drops = new ArrayList<>();
    long pages = 0;
    boolean ended = true;
    for (Use use :
        uses.stream().sorted(Comparator.comparingLong(use -> end(use, endNanos))).toList()) {
      long nanos = Math.max(0, end(use, endNanos) - began.nanos());
      pages += use.pages();
      ended &= use.until() != null;
      Taking.Drop last = drops.isEmpty() ? null : drops.getLast();
      if (last != null && nanos - last.nanos() <= SAME_DROP_NANOS) {
        drops.removeLast();
        drops.add(new Taking.Drop(nanos, last.pages() + use.pages()));
      } else {
        drops.add(new Taking.Drop(nanos, use.pages()));
      }
    }
    return new Taking.Span(
        pages, drops.isEmpty() ? 0 : drops.getLast().nanos(), ended, List.copyOf(drops));
  }

  private static long end(Use use, long endNanos) {
    return use.until() == null ? endNanos : use.until().nanos();
  }
}
