package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges the calls of the JVM and the events of the kernel by time. Both may still be growing; then
 * events are passed on up to a horizon that moves on.
 *
 * <p>The times of the kernel's text are rounded to the nearest microsecond. Therefore a call is
 * taken to begin one microsecond earlier and to end one microsecond later, so that the events of
 * the kernel's work for the call lie inside the call.
 */
public final class Timeline {
  /**
   * The error in nanoseconds of a comparison of two times of the kernel's text, or of one of them
   * and a time of a JVM: each time of the text is rounded to the nearest microsecond.
   */
  public static final long UNCERTAINTY_NANOS = 1_000;

  private final PriorityQueue<Recording> recordings =
      new PriorityQueue<>(Comparator.comparingLong(recording -> recording.head.started().nanos()));
  private final KernelEvents kernel;
  private final Horizon horizon;
  private final ThreadNumbers threads = new ThreadNumbers();
  private final PriorityQueue<TraceEvent.CallFinished> ends =
      new PriorityQueue<>(Comparator.comparingLong(end -> end.stamp().nanos()));
  private TraceEvent nextKernel;
  private boolean kernelOver;

  /** The calls of one JVM that are not passed on yet. */
  private static final class Recording {
    private final Iterator<JavaCall> rest;
    private JavaCall head;

    Recording(Iterator<JavaCall> rest) {
      this.rest = rest;
    }
  }

  /** A source of the kernel's events in order of time. */
  @FunctionalInterface
  public interface KernelEvents {
    /** Returns the next event, or null after the last. */
    TraceEvent next() throws IOException;
  }

  /**
   * Merges the calls of each JVM, which are in order of their starts, and the kernel's events,
   * which are in order of time.
   *
   * @throws IOException if the kernel's first event cannot be read
   */
  public Timeline(List<? extends Collection<JavaCall>> recordings, KernelEvents kernel)
      throws IOException {
    this(kernel, Horizon.ofWhole());
    recordings.forEach(this::add);
  }

  /**
   * Merges calls that are yet to be added and the kernel's events, which are in order of time.
   *
   * @param horizon up to which time events are passed on
   * @throws IOException if the kernel's first event cannot be read
   */
  public Timeline(KernelEvents kernel, Horizon horizon) throws IOException {
    this.kernel = kernel;
    this.horizon = horizon;
    nextKernel = kernel.next();
  }

  /**
   * Adds calls, in order of their starts. A call that began before events that were passed on
   * already comes next.
   */
  public void add(Collection<JavaCall> calls) {
    advance(new Recording(calls.iterator()));
  }

  /**
   * Returns the next event of either side, or null if there is none up to the horizon: after the
   * last, and if all others are later.
   */
  public TraceEvent next() throws IOException {
    if (nextKernel == null && !kernelOver) {
      kernelOver = horizon.isOver();
      nextKernel = kernel.next();
    }
    JavaCall call = recordings.isEmpty() ? null : recordings.peek().head;
    long start = call == null ? Long.MAX_VALUE : call.started().nanos() - UNCERTAINTY_NANOS;
    long end = ends.isEmpty() ? Long.MAX_VALUE : ends.peek().stamp().nanos();
    long now = nextKernel == null ? Long.MAX_VALUE : nextKernel.stamp().nanos();
    if (Math.min(start, Math.min(end, now)) > horizon.nanos()) {
      return null;
    }
    if (call != null && start <= end && start <= now) {
      return start();
    }
    if (nextKernel != null && now <= end) {
      TraceEvent event = nextKernel;
      if (event instanceof TraceEvent.ThreadStarted thread) {
        threads.started(thread);
      }
      nextKernel = kernel.next();
      return event;
    }
    return ends.poll();
  }

  private TraceEvent start() {
    JavaCall call = threads.renumbered(nextCall());
    Stamp begun = call.started();
    Stamp end =
        new Stamp(call.endNanos() + UNCERTAINTY_NANOS, begun.tid(), begun.task(), begun.source());
    ends.add(new TraceEvent.CallFinished(end, call));
    Stamp start =
        new Stamp(begun.nanos() - UNCERTAINTY_NANOS, begun.tid(), begun.task(), begun.source());
    return new TraceEvent.CallStarted(start, call);
  }

  private void advance(Recording recording) {
    if (recording.rest.hasNext()) {
      recording.head = recording.rest.next();
      recordings.add(recording);
    }
  }

  private JavaCall nextCall() {
    Recording recording = recordings.poll();
    JavaCall call = recording.head;
    advance(recording);
    return call;
  }
}
