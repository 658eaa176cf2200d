package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The pins that live, by page.
 *
 * <p>Two sources of truth: the events themselves, and the page's reference count that they carry.
 * The count wins: a page that returns to its idle count has no pin, whatever was missed; a page
 * that was idle just before a pin is taken had none either. When one of several pins of a page is
 * dropped, the oldest of the same kind is taken to be it.
 */
public final class PinLedger {
  /** The reference count of a DAX page that nobody uses, up to kernel 6.14. */
  private static final int IDLE_COUNT = 1;

  private final NavigableMap<Long, List<Pin>> live = new TreeMap<>();

  void taken(TraceEvent.PinTaken event, Actor holder) {
    if (event.countBefore() == IDLE_COUNT) {
      dropAll(event.pfn(), event.stamp());
    }
    List<Pin> pins = live.computeIfAbsent(event.pfn(), _ -> new ArrayList<>(1));
    pins.add(
        new Pin(
            event.pfn(), event.kind(), event.references(), event.stamp(), holder, !pins.isEmpty()));
  }

  void dropped(TraceEvent.PinDropped event) {
    if (event.countBefore() >= 0 && event.countBefore() - event.references() <= IDLE_COUNT) {
      dropAll(event.pfn(), event.stamp());
      return;
    }
    List<Pin> pins = live.get(event.pfn());
    if (pins != null) {
      dropOldest(pins, event);
      if (pins.isEmpty()) {
        live.remove(event.pfn());
      }
    }
  }

  private static void dropOldest(List<Pin> pins, TraceEvent.PinDropped event) {
    PinKind kind = event.references() % PinKind.PIN.weight() == 0 ? PinKind.PIN : PinKind.GET;
    int left = event.references() / kind.weight();
    for (Pin pin : List.copyOf(pins)) {
      if (left > 0 && pin.kind() == kind) {
        int here = Math.min(left, pin.references());
        left -= here;
        pin.dropReferences(here, event.stamp());
        pins.removeIf(candidate -> candidate.dropped() != null);
      }
    }
  }

  private void dropAll(long pfn, Stamp when) {
    List<Pin> pins = live.remove(pfn);
    if (pins != null) {
      pins.forEach(pin -> pin.dropReferences(pin.references(), when));
    }
  }

  /** The live pins of some pages, in order of page. */
  public List<Pin> live(PageRange pages) {
    return live.subMap(pages.first(), pages.end()).values().stream().flatMap(List::stream).toList();
  }
}
