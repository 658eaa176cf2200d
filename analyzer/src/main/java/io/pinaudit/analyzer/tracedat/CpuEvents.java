package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The events of one CPU in order, one at a time, undecoded: {@link #data} is valid until the next
 * call of {@link #advance}.
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
   * Before the first event.
   *
   * @param damage is told of pages that are blank or end within an event, the rest of which is left
   *     out: a gap, if anything follows
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

  /** Whether events were lost here, rather than there being one. */
  boolean gap() {
    return gap;
  }

  /** How many were lost; 0 if the kernel does not say. */
  long lost() {
    return page.missedCount();
  }

  /** Time of the event, or of the first one after a gap, in the trace's clock. */
  long nanos() {
    return page.nanos();
  }

  /** Time of the last event before this. */
  long lastNanos() {
    return lastNanos;
  }

  /** The event's data, its common fields first. */
  ByteBuffer data() {
    return page.payload();
  }

  /** Goes to the next event or gap; false at the end. */
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

  /** Whether what came after the last event could not be read. */
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
