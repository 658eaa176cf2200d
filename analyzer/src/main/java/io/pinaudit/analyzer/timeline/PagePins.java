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
 * the probes read the count just before it changes, so two threads at once read the same; while
 * another thread was at the page, only the pairing counts.
 *
 * <p>When one of several pins is dropped, the oldest of its kind is taken to be it.
 */
final class PagePins {
  /** The reference count of a DAX page that nobody uses, up to kernel 6.14. */
  private static final int IDLE_COUNT = 1;

  /** Longer than a thread can stand between a probe and the change that the probe announces. */
  private static final long RACE_NANOS = 10_000_000;

  private final List<Pin> pins = new ArrayList<>(1);
  private Stamp last;

  List<Pin> pins() {
    return pins;
  }

  void take(TraceEvent.PinTaken event, Actor holder) {
    if (event.countBefore() == IDLE_COUNT && alone(event.stamp())) {
      dropAll(event.stamp());
    }
    boolean shared = !pins.isEmpty();
    pins.forEach(Pin::share);
    pins.add(new Pin(event.pfn(), event.kind(), event.references(), event.stamp(), holder, shared));
    last = event.stamp();
  }

  void drop(TraceEvent.PinDropped event) {
    int countAfter = event.countBefore() - event.references();
    boolean counted = event.countBefore() >= 0 && alone(event.stamp());
    last = event.stamp();
    if (counted && countAfter <= IDLE_COUNT) {
      dropAll(event.stamp());
      return;
    }
    boolean lastKnown = pins.stream().mapToInt(Pin::weight).sum() <= event.references();
    if (counted && lastKnown) {
      pins.forEach(Pin::share);
    } else {
      dropOldest(event);
    }
  }

  private boolean alone(Stamp now) {
    return last == null || last.tid() == now.tid() || now.nanos() - last.nanos() > RACE_NANOS;
  }

  private void dropOldest(TraceEvent.PinDropped event) {
    PinKind kind = event.references() % PinKind.PIN.weight() == 0 ? PinKind.PIN : PinKind.GET;
    int left = event.references() / kind.weight();
    for (Pin pin : pins) {
      if (left > 0 && pin.kind() == kind) {
        int here = Math.min(left, pin.references());
        left -= here;
        pin.dropReferences(here, event.stamp());
      }
    }
    pins.removeIf(pin -> pin.dropped() != null);
  }

  private void dropAll(Stamp when) {
    pins.forEach(pin -> pin.dropReferences(pin.references(), when));
    pins.clear();
  }
}
