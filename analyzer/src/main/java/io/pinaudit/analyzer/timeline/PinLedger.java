package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The live pins by page frame, and the bio or pipe that holds each of them.
 *
 * <p>A pin taken while its thread fills a bio belongs to that bio, and is dropped when the bio
 * releases its pages: direct I/O drops its references inline, where no probe sees single pages.
 */
public final class PinLedger {
  private static final int FEW = 1024;

  private final NavigableMap<Long, PagePins> live = new TreeMap<>();
  private final Map<Integer, Long> filling = new HashMap<>();
  private final Map<Long, List<Pin>> byBio = new HashMap<>();
  private final List<Pin> asynchronous = new ArrayList<>();
  private int most = FEW;
  private Filled lastFilled;

  /** A bio that a thread has filled at some time. */
  private record Filled(Stamp stamp, long bio) {
    boolean isOf(Stamp other) {
      return stamp.tid() == other.tid() && stamp.nanos() == other.nanos();
    }
  }

  void taken(TraceEvent.PinTaken event, Actor holder, JavaCall mapping) {
    Pin pin = new Pin(event, holder, mapping);
    if (pin.asynchronous() && !pin.endIsTold()) {
      asynchronous.add(pin);
      if (asynchronous.size() > most) {
        most = Math.max(FEW, 2 * asynchronous().size());
      }
    }
    live.computeIfAbsent(event.folio(), _ -> new PagePins()).take(event, pin);
    Long bio = bioOf(event.stamp());
    if (bio != null) {
      pin.heldByBio(bio);
      byBio.computeIfAbsent(bio, _ -> new ArrayList<>()).add(pin);
    }
  }

  /**
   * Notes that a bio is filled anew, which means that it holds none of its former pages, whether
   * their release was seen or not.
   */
  void filling(Stamp stamp, long bio) {
    empty(stamp, bio);
    filling.put(stamp.tid(), bio);
  }

  void filled(Stamp stamp) {
    Long bio = filling.remove(stamp.tid());
    if (bio != null) {
      lastFilled = new Filled(stamp, bio);
    }
  }

  /**
   * Returns the bio that a thread fills. Events of two traces have no order within one microsecond.
   */
  private Long bioOf(Stamp stamp) {
    Long bio = filling.get(stamp.tid());
    return bio == null && lastFilled != null && lastFilled.isOf(stamp)
        ? Long.valueOf(lastFilled.bio)
        : bio;
  }

  void released(Stamp stamp, long bio) {
    empty(stamp, bio).forEach(Pin::releasedByBio);
  }

  /** Ends the pins that a bio held until now at the latest. */
  private List<Pin> empty(Stamp stamp, long bio) {
    List<Pin> pins = Objects.requireNonNullElse(byBio.remove(bio), List.of());
    pins.forEach(pin -> ifPinned(pin.folio(), page -> page.dropHeld(pin, bio, stamp)));
    return pins;
  }

  void lent(TraceEvent.PipeFilled event) {
    ifPinned(event.pfn(), page -> page.lend(event));
  }

  void released(TraceEvent.PipeReleased event) {
    ifPinned(event.pfn(), page -> page.release(event));
  }

  void dropped(TraceEvent.PinDropped event) {
    ifPinned(event.pfn(), page -> page.drop(event));
  }

  void idle(TraceEvent.PageIdle event) {
    ifPinned(event.pfn(), page -> page.idle(event.stamp()));
  }

  private void ifPinned(long pfn, Consumer<PagePins> action) {
    PagePins page = live.get(pfn);
    if (page != null) {
      action.accept(page);
      if (page.pins().isEmpty()) {
        live.remove(pfn);
      }
    }
  }

  /** Returns the live pins of asynchronous I/O whose end no JVM tells, in order of time. */
  List<Pin> asynchronous() {
    asynchronous.removeIf(pin -> pin.dropped() != null);
    return asynchronous;
  }

  /** Returns how many pages, or folios of the page cache, are pinned. */
  public int pages() {
    return live.size();
  }

  /** Returns all live pins in order of page. */
  public List<Pin> live() {
    return live.values().stream().flatMap(page -> page.pins().stream()).toList();
  }

  /** Returns the live pins of some pages in order of page. */
  public List<Pin> live(PageRange pages) {
    if (live.isEmpty()) { // of most machines, and most of the time
      return List.of();
    }
    return live.subMap(pages.first(), pages.end()).values().stream()
        .flatMap(page -> page.pins().stream())
        .toList();
  }
}
