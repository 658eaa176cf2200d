package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The pins of one page that has any.
 *
 * <p>Two sources tell whether a pin lives: the pairing of takes and drops, and the page's reference
 * count, which the events of both carry. The count overrules the pairing, because the kernel may
 * take references where there is no probe: a page at its idle count has no pin, and a page whose
 * count is above that after the last known drop still has one. But the probes read the count just
 * before it changes: right after another thread's take it may be too low, right after another
 * thread's drop too high, and then the pairing counts.
 *
 * <p>When one of several pins is dropped, a pipe's release tells which; otherwise the oldest that
 * no pipe holds is taken to be it, and the others are in doubt.
 */
final class PagePins {
  /** The reference count of a DAX page that nobody uses, as the reader of the trace gives it. */
  private static final int IDLE_COUNT = 1;

  /**
   * The time in nanoseconds within which a kernel whose bios drop page by page does so after the
   * release of the bio was announced.
   */
  private static final long ECHO_NANOS = 1_000_000;

  /**
   * A time in nanoseconds that is longer than a thread can stand between a probe and the change of
   * the count that the probe announces.
   */
  private static final long RACE_NANOS = 10_000_000;

  /** The pins, in the order in which they were taken. */
  private final List<Pin> pins = new ArrayList<>(1);

  /** The sum of what the pins add to the page's reference count. */
  private int weight;

  private Stamp lastTake;
  private Stamp lastDrop;
  private Stamp bioDrop;
  private TraceEvent.PipeReleased release;

  /**
   * Some of the pins.
   *
   * @param of selects the pins
   * @param free whether they are the pins of one kind that no bio or pipe is known to hold
   */
  private record Likely(Predicate<Pin> of, boolean free) {}

  List<Pin> pins() {
    return pins;
  }

  void take(TraceEvent.PinTaken event, Pin pin) {
    if (event.countBefore() == IDLE_COUNT && !races(lastTake, event.stamp())) {
      dropAll(event.stamp());
    }
    pins.add(pin);
    weight += pin.weight();
    lastTake = event.stamp();
  }

  /** Notes that the thread that has just pinned the page puts the page into a pipe. */
  void lend(TraceEvent.PipeFilled event) {
    for (Pin pin : pins.reversed()) {
      if (pin.keeper() == 0 && pin.taken().tid() == event.stamp().tid()) {
        pin.heldByPipe(event.pipe());
        return;
      }
    }
  }

  /** Notes a pipe's release: the next drop of this thread drops the pin that the pipe holds. */
  void release(TraceEvent.PipeReleased event) {
    release = event;
    if (event.references() > 0) {
      drop(
          new TraceEvent.PinDropped(
              event.stamp(), event.pfn(), event.references(), event.countBefore()));
    }
  }

  void idle(Stamp when) {
    dropAll(when);
    lastDrop = when;
  }

  /**
   * Drops a pin that a bio releases. The pin may have been dropped already, or may be another bio's
   * by now.
   */
  void dropHeld(Pin pin, long bio, Stamp when) {
    if (pin.keeper() == bio && pins.remove(pin)) {
      weight -= pin.weight();
      pin.drop(pin.references(), when);
      bioDrop = when;
      lastDrop = when;
    }
  }

  void drop(TraceEvent.PinDropped event) {
    if (isEcho(event)) {
      return;
    }
    Stamp now = event.stamp();
    Stamp dropBefore = lastDrop;
    lastDrop = now;
    int countAfter = event.countBefore() - event.references();
    boolean lastKnown = weight <= event.references();
    if (event.countBefore() < 0) {
      dropSome(event);
    } else if (countAfter <= IDLE_COUNT && !races(lastTake, now)) {
      dropAll(now);
    } else if (countAfter > IDLE_COUNT && lastKnown && !races(dropBefore, now)) {
      doubt(new Likely(_ -> true, false));
    } else {
      dropSome(event);
    }
  }

  /**
   * Returns whether a drop is told a second time: the page's count still includes other pins after
   * it.
   */
  private boolean isEcho(TraceEvent.PinDropped event) {
    return bioDrop != null
        && bioDrop.tid() == event.stamp().tid()
        && event.stamp().nanos() - bioDrop.nanos() < ECHO_NANOS
        && event.countBefore() - event.references() >= IDLE_COUNT + weight;
  }

  /**
   * Returns whether another thread may still have been about to change the count. That thread's
   * take makes the count that is read too low, and its drop makes the count too high, never the
   * other way round.
   */
  private static boolean races(Stamp other, Stamp now) {
    return other != null && other.tid() != now.tid() && now.nanos() - other.nanos() <= RACE_NANOS;
  }

  private void dropSome(TraceEvent.PinDropped event) {
    PinKind kind = event.references() % PinKind.PIN.weight() == 0 ? PinKind.PIN : PinKind.GET;
    Likely likely = likely(kind, event.stamp());
    int left = event.references() / kind.weight();
    for (int i = 0; i < pins.size() && left > 0; ) {
      Pin pin = pins.get(i);
      int here = likely.of.test(pin) ? Math.min(left, pin.references()) : 0;
      left -= here;
      weight -= here * kind.weight();
      if (here > 0) {
        pin.drop(here, event.stamp());
      }
      if (pin.dropped() != null) {
        pins.remove(i);
      } else {
        i++;
      }
    }
    doubt(likely);
  }

  /**
   * Marks the other pins that the drop may have belonged to as ambiguous. Of pins that nothing
   * holds, all that are older than an ambiguous one are ambiguous too, so that a drop need not
   * visit all of them.
   */
  private void doubt(Likely likely) {
    for (Pin pin : pins.reversed()) {
      if (likely.of.test(pin)) {
        if (likely.free && pin.ambiguous()) {
          return;
        }
        pin.doubt();
      }
    }
  }

  /** Returns the pins that a drop may belong to: the likeliest ones that there are. */
  private Likely likely(PinKind kind, Stamp now) {
    boolean released = release != null && release.stamp().tid() == now.tid();
    long pipe = released ? release.pipe() : 0;
    release = released ? null : release;
    Predicate<Pin> same = pin -> pin.kind() == kind;
    Predicate<Pin> held = same.and(pin -> pin.keeper() == pipe);
    Predicate<Pin> free = same.and(pin -> pin.keeper() == 0);
    if (pipe != 0 && pins.stream().anyMatch(held)) {
      return new Likely(held, false);
    }
    return pins.stream().anyMatch(free) ? new Likely(free, true) : new Likely(same, false);
  }

  private void dropAll(Stamp when) {
    pins.forEach(pin -> pin.drop(pin.references(), when));
    pins.clear();
    weight = 0;
  }
}
