package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.ftrace.FtraceLine;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The events of one CPU in order, one at a time. */
final class CpuEvents {
  private static final int COMMON_BYTES = 8;
  private static final int PID_OFFSET = 4;

  private final int cpu;
  private final PageSource pages;
  private final TraceDatReader reader;
  private PageEvents page;
  private TraceEvent head;
  private long lastNanos;
  private long number;

  CpuEvents(int cpu, PageSource pages, TraceDatReader reader) throws IOException {
    this.cpu = cpu;
    this.pages = pages;
    this.reader = reader;
    advance();
  }

  /** The next event; null at the end. */
  TraceEvent head() {
    return head;
  }

  long nanos() {
    return head.stamp().nanos();
  }

  /** Goes to the event after the next. */
  void advance() throws IOException {
    head = null;
    while (head == null) {
      if (page != null && page.next()) {
        lastNanos = page.nanos();
        head = event(page.payload());
      } else if (!turn()) {
        return;
      }
    }
  }

  /** The next page; false if there is none. What was lost before it is an event of its own. */
  private boolean turn() throws IOException {
    if (page != null && page.damaged()) {
      reader.damaged(source(), "a page that ends within an event");
    }
    ByteBuffer bytes = pages.next();
    if (bytes == null) {
      page = null;
      return false;
    }
    page = new PageEvents(bytes, reader.layout());
    if (page.missed()) {
      head =
          new TraceEvent.EventsLost(
              new Stamp(reader.monotonicNanos(page.nanos()), -1, "", source()),
              reader.monotonicNanos(lastNanos),
              cpu,
              page.missedCount());
    }
    return true;
  }

  private Source source() {
    return reader.source(number);
  }

  private TraceEvent event(ByteBuffer data) {
    number = reader.nextNumber();
    if (data.limit() < COMMON_BYTES) {
      reader.damaged(source(), "an event of " + data.limit() + " bytes");
      return null;
    }
    int type = data.getShort(0) & 0xffff;
    EventText text = reader.text(type);
    if (text == null) {
      reader.unknown(type);
      return null;
    }
    int tid = data.getInt(PID_OFFSET);
    return reader.decode(
        new FtraceLine(reader.task(tid), tid, cpu, page.nanos(), text.name(), text.print(data)),
        source());
  }
}
