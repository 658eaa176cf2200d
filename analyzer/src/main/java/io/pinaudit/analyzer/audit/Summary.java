package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Counts what a run holds: events, calls, files, how long pins lived and how long truncates waited.
 *
 * <p>Memory grows with live pins and with files, of which it counts at most {@value #MOST_FILES}.
 * Confined to the thread of the audit.
 */
public final class Summary implements Watcher {
  private static final int MOST_FILES = 100_000;
  private static final int SWEEP_EVENTS = 1 << 16;
  private static final int DIGITS = 3;

  private final Map<String, Long> events = new TreeMap<>();
  private final Map<String, Long> calls = new TreeMap<>();
  private final Map<FileId, Long> files = new HashMap<>();
  private final Histogram pinNanos = new Histogram(DIGITS);
  private final Histogram stallNanos = new Histogram(DIGITS);
  private final Map<Integer, Stall> stalls = new HashMap<>();
  private List<Pin> open = new ArrayList<>();
  private long seen;
  private long lost;

  /** A wait for a change of a file's layout that has not ended. */
  private record Stall(long startNanos, boolean blocked) {}

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    TraceEvent event = moment.event();
    file(event).ifPresent(this::count);
    switch (event) {
      case TraceEvent.CallStarted started ->
          calls.merge(started.call().operation().name(), 1L, Long::sum);
      case TraceEvent.CallFinished _ -> {}
      case TraceEvent.EventsLost(_, _, _, long count) -> lost += Math.max(0, count);
      case TraceEvent.KernelEvent _ ->
          events.merge(event.getClass().getSimpleName(), 1L, Long::sum);
    }
    pins(event, ledgers);
    stalls(event, ledgers);
    if (++seen % SWEEP_EVENTS == 0) {
      sweep();
    }
  }

  private static Optional<FileId> file(TraceEvent event) {
    return event instanceof TraceEvent.CallStarted started
        ? started.call().file().map(JavaCall.Named::id)
        : Optional.ofNullable(event.file());
  }

  private void count(FileId file) {
    if (files.size() < MOST_FILES || files.containsKey(file)) {
      files.merge(file, 1L, Long::sum);
    }
  }

  private void pins(TraceEvent event, Ledgers ledgers) {
    if (event instanceof TraceEvent.PinTaken taken) {
      ledgers.pins().live(new PageRange(taken.pfn(), 1)).stream()
          .filter(pin -> pin.taken().equals(taken.stamp()))
          .forEach(open::add);
    }
  }

  /**
   * Forgets pins that were dropped. A pin remembers when it was dropped, so it is enough to look
   * now and then.
   */
  private void sweep() {
    List<Pin> live = new ArrayList<>();
    for (Pin pin : open) {
      if (pin.dropped() == null) {
        live.add(pin);
      } else {
        record(pinNanos, pin.dropped().nanos() - pin.taken().nanos());
      }
    }
    open = live;
  }

  private void stalls(TraceEvent event, Ledgers ledgers) {
    if (!(event instanceof TraceEvent.LayoutBreak step)) {
      return;
    }
    int tid = step.stamp().tid();
    switch (step) {
      case TraceEvent.LayoutBreakStarted started ->
          stalls.put(tid, new Stall(started.stamp().nanos(), !ledgers.sight().namesBusyPages()));
      case TraceEvent.LayoutBreakBlocked _ ->
          stalls.computeIfPresent(tid, (_, stall) -> new Stall(stall.startNanos(), true));
      case TraceEvent.LayoutBreakFinished finished -> {
        Stall stall = stalls.remove(tid);
        if (stall != null && stall.blocked()) {
          record(stallNanos, finished.stamp().nanos() - stall.startNanos());
        }
      }
    }
  }

  /** Times of different CPUs may be a little out of order. */
  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, nanos));
  }

  /** Returns the numbers of kernel events by kind. */
  public Map<String, Long> events() {
    return events;
  }

  /** Returns how many events the traces themselves say are lost, where they say a number. */
  public long lost() {
    return lost;
  }

  /** Returns the numbers of hooked calls by operation. */
  public Map<String, Long> calls() {
    return calls;
  }

  /** Returns the files with the number of events that name each. */
  public Map<FileId, Long> files() {
    return files;
  }

  /** Returns how long the pins lived that were dropped, in nanoseconds. */
  public Histogram pinNanos() {
    sweep();
    return pinNanos;
  }

  /** Returns the number of pins that were not dropped. */
  public long livePins() {
    sweep();
    return open.size();
  }

  /**
   * Returns how long the layout breaks lasted that waited for a busy page, in nanoseconds; all
   * layout breaks if the trace does not name busy pages.
   */
  public Histogram stallNanos() {
    return stallNanos;
  }

  /** Returns the number of layout breaks that had not ended when the recording did. */
  public long liveStalls() {
    return stalls.values().stream().filter(Stall::blocked).count();
  }
}
