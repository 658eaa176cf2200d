package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The pins of one page that has any.
 *
 * <p>Two sources of truth: the pairing of pins and drops, and the page's reference count that both
 * carry. The count overrules the pairing, because references may be taken where no probe is: a page
 * at its idle count has no pin, and one that is above it after the last known drop still has. But
 * the probes read the count just before it changes: right after another thread's take it may be too
 * low, right after another thread's drop too high, and then the pairing counts.
 *
 * <p>When one of several pins is dropped, a pipe's release tells which; otherwise the oldest that
 * no pipe holds is taken to be it, and the others are in doubt.
 */
final class PagePins {
  /** The reference count of a DAX page that nobody uses, up to kernel 6.14. */
  private static final int IDLE_COUNT = 1;

  /** A kernel whose bios drop page by page does so right after the bio's release was announced. */
  private static final long ECHO_NANOS = 1_000_000;

  /** Longer than a thread can stand between a probe and the change that the probe announces. */
  private static final long RACE_NANOS = 10_000_000;

  private final List<Pin> pins = new ArrayList<>(1);
  private Stamp lastTake;
  private Stamp lastDrop;
  private Stamp bioDrop;
  private TraceEvent.PipeReleased release;

  List<Pin> pins() {
    return pins;
  }

  void take(TraceEvent.PinTaken event, Pin pin) {
    if (event.countBefore() == IDLE_COUNT && !races(lastTake, event.stamp())) {
      dropAll(event.stamp());
    }
    pins.add(pin);
    lastTake = event.stamp();
  }

  /** The thread that has just pinned the page puts it into a pipe. */
  void lend(TraceEvent.PipeFilled event) {
    for (Pin pin : pins.reversed()) {
      if (pin.keeper() == 0 && pin.taken().tid() == event.stamp().tid()) {
        pin.heldBy(event.pipe());
        return;
      }
    }
  }

  /** The next drop of this thread is that of the pin that the pipe holds. */
  void release(TraceEvent.PipeReleased event) {
    release = event;
  }

  /** A bio releases its pages; the pin may have been dropped already, or be another's by now. */
  void dropHeld(Pin pin, long bio, Stamp when) {
    if (pin.keeper() == bio && pins.remove(pin)) {
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
    boolean lastKnown = pins.stream().mapToInt(Pin::weight).sum() <= event.references();
    if (event.countBefore() < 0) {
      dropSome(event);
    } else if (countAfter <= IDLE_COUNT && !races(lastTake, now)) {
      dropAll(now);
    } else if (countAfter > IDLE_COUNT && lastKnown && !races(dropBefore, now)) {
      pins.forEach(Pin::doubt);
    } else {
      dropSome(event);
    }
  }

  /** The same drop told a second time: other pins of the page are still counted after it. */
  private boolean isEcho(TraceEvent.PinDropped event) {
    return bioDrop != null
        && bioDrop.tid() == event.stamp().tid()
        && event.stamp().nanos() - bioDrop.nanos() < ECHO_NANOS
        && event.countBefore() - event.references()
            >= IDLE_COUNT + pins.stream().mapToInt(Pin::weight).sum();
  }

  /**
   * Whether another thread may still have been about to change the count. Its take makes the count
   * that is read too low, its drop too high; neither can do the other.
   */
  private static boolean races(Stamp other, Stamp now) {
    return other != null && other.tid() != now.tid() && now.nanos() - other.nanos() <= RACE_NANOS;
  }

  private void dropSome(TraceEvent.PinDropped event) {
    PinKind kind = event.references() % PinKind.PIN.weight() == 0 ? PinKind.PIN : PinKind.GET;
    List<Pin> candidates = candidates(kind, event.stamp());
    int left = event.references() / kind.weight();
    for (Pin pin : candidates) {
      int here = Math.min(left, pin.references());
      left -= here;
      pin.drop(here, event.stamp());
    }
    pins.removeIf(pin -> pin.dropped() != null);
    candidates.stream().filter(pin -> pin.dropped() == null).forEach(Pin::doubt);
  }

  /** The pins that the drop may be of, the likeliest first. */
  private List<Pin> candidates(PinKind kind, Stamp now) {
    boolean released = release != null && release.stamp().tid() == now.tid();
    long pipe = released ? release.pipe() : 0;
    release = released ? null : release;
    List<Pin> same = pins.stream().filter(pin -> pin.kind() == kind).toList();
    List<Pin> held = same.stream().filter(pin -> pin.keeper() == pipe).toList();
    List<Pin> free = same.stream().filter(pin -> pin.keeper() == 0).toList();
    return !held.isEmpty() ? held : !free.isEmpty() ? free : same;
  }

  private void dropAll(Stamp when) {
    pins.forEach(pin -> pin.drop(pin.references(), when));
    pins.clear();
  }
}
