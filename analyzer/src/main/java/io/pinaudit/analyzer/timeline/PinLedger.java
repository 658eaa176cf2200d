package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The pins that live, by page frame. */
public final class PinLedger {
  private final NavigableMap<Long, PagePins> live = new TreeMap<>();

  void taken(TraceEvent.PinTaken event, Actor holder) {
    live.computeIfAbsent(event.pfn(), _ -> new PagePins()).take(event, holder);
  }

  void dropped(TraceEvent.PinDropped event) {
    live.computeIfPresent(
        event.pfn(),
        (_, page) -> {
          page.drop(event);
          return page.pins().isEmpty() ? null : page;
        });
  }

  /** The live pins of some pages, in order of page. */
  public List<Pin> live(PageRange pages) {
    return live.subMap(pages.first(), pages.end()).values().stream()
        .flatMap(page -> page.pins().stream())
        .toList();
  }
}
