package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The pins that live, by page frame. */
public final class PinLedger {
  private final NavigableMap<Long, PagePins> live = new TreeMap<>();

  void taken(TraceEvent.PinTaken event, Actor holder, JavaCall mapping) {
    live.computeIfAbsent(event.pfn(), _ -> new PagePins())
        .take(event, new Pin(event, holder, mapping));
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

  private void ifPinned(long pfn, Consumer<PagePins> action) {
    PagePins page = live.get(pfn);
    if (page != null) {
      action.accept(page);
      if (page.pins().isEmpty()) {
        live.remove(pfn);
      }
    }
  }

  /** The live pins of some pages, in order of page. */
  public List<Pin> live(PageRange pages) {
    return live.subMap(pages.first(), pages.end()).values().stream()
        .flatMap(page -> page.pins().stream())
        .toList();
  }
}
