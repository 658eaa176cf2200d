package io.pinaudit.analyzer.bpftrace;

import io.pinaudit.analyzer.ftrace.FtraceReader;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Reads what bpftrace printed for a program of pinaudit.
 *
 * <p>bpftrace empties the buffers of the CPUs one after the other, so its lines are in order for
 * each CPU only. This reader sorts them within a window that is bounded in time and in events.
 */
public final class BpftraceReader implements TraceReader {
  /** On an overloaded machine the lines of one CPU came 4.9 s after those of the other. */
  private static final long WINDOW_NANOS = 30_000_000_000L;

  private static final int MOST_WAITING = 1 << 20;

  private final TraceReader unsorted;
  private final Horizon horizon;
  private final PriorityQueue<Numbered> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Numbered::nanos).thenComparingLong(Numbered::number));
  private long newestNanos = Long.MIN_VALUE;
  private long number;
  private boolean atEnd;

  private record Numbered(TraceEvent event, long number) {
    long nanos() {
      return event.stamp().nanos();
    }
  }

  /** Reads lines, which are closed with the reader. */
  public BpftraceReader(LineSource lines, LineDecoder decoder) {
    this(lines, decoder, Horizon.ofWhole());
  }

  /**
   * Reads lines, which are closed with the reader.
   *
   * @param horizon up to where the lines are complete, if bpftrace still prints some
   */
  public BpftraceReader(LineSource lines, LineDecoder decoder, Horizon horizon) {
    this.horizon = horizon;
    this.unsorted = new FtraceReader(new BpftraceLines(lines, decoder), decoder, horizon);
  }

  @Override
  public TraceEvent next() throws IOException {
    boolean more = !atEnd;
    while (more && !isRipe()) {
      TraceEvent event = unsorted.next();
      if (event == null) {
        more = false;
        atEnd = horizon.isOver();
      } else {
        newestNanos = Math.max(newestNanos, event.stamp().nanos());
        waiting.add(new Numbered(event, number++));
      }
    }
    boolean reached = !waiting.isEmpty() && waiting.peek().nanos() <= horizon.nanos();
    return reached ? waiting.poll().event() : null;
  }

  private boolean isRipe() {
    return waiting.size() >= MOST_WAITING
        || !waiting.isEmpty() && newestNanos - waiting.peek().nanos() > WINDOW_NANOS;
  }

  @Override
  public void close() throws IOException {
    unsorted.close();
  }
}
