package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Walks through the events of one CPU in their order, one at a time, without decoding them. {@link
 * #data} is valid until the next call of {@link #advance}.
 */
final class CpuEvents {
  private final int cpu;
  private final PageSource pages;
  private final PageLayout layout;
  private final Runnable damage;
  private PageEvents page;
  private boolean hole;
  private boolean gap;
  private long lastNanos;

  /**
   * Stands before the first event.
   *
   * @param damage is called for each page that is blank or ends within an event. The rest of such a
   *     page is left out; if anything follows, that is a gap
   */
  CpuEvents(int cpu, PageSource pages, PageLayout layout, Runnable damage) {
    this.cpu = cpu;
    this.pages = pages;
    this.layout = layout;
    this.damage = damage;
  }

  int cpu() {
    return cpu;
  }

  /** Returns whether events were lost here: then there is no event at this place. */
  boolean gap() {
    return gap;
  }

  /** Returns how many events were lost; 0 if the kernel does not say. */
  long lost() {
    return page.missedCount();
  }

  /** Returns the time of the event, or of the first event after a gap, in the trace's clock. */
  long nanos() {
    return page.nanos();
  }

  /** Returns the time of the event before this one. */
  long lastNanos() {
    return lastNanos;
  }

  /** Returns the event's data, which begin with the common fields. */
  ByteBuffer data() {
    return page.payload();
  }

  /** Goes to the next event or gap; returns false at the end. */
  boolean advance() throws IOException {
    if (page != null && !gap) {
      lastNanos = page.nanos();
    }
    gap = false;
    while (page == null || !page.next()) {
      if (!turn()) {
        return false;
      }
      if (page.missed() || hole) {
        hole = false;
        gap = true;
        return true;
      }
    }
    return true;
  }

  /** Returns whether the data after the last event could not be read. */
  boolean endsInDamage() {
    return page == null && hole;
  }

  private boolean turn() throws IOException {
    if (page != null && page.damaged()) {
      damaged();
    }
    do {
      ByteBuffer bytes = pages.next();
      page = bytes == null ? null : new PageEvents(bytes, layout);
      if (page != null && page.blank()) {
        damaged();
      }
    } while (page != null && page.blank());
    return page != null;
  }

  private void damaged() {
    hole = true;
    damage.run();
  }
}
