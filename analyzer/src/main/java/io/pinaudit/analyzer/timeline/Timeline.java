package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges the calls of the JVM and the events of the kernel by time.
 *
 * <p>The kernel's text has microseconds, rounded to the nearest: a call is taken to begin and end
 * one microsecond further out, so that what the kernel did for it lies inside.
 */
public final class Timeline {
  /**
   * How well times of the kernel's text, and of it and the JVM, can be compared: each is rounded to
   * the nearest microsecond.
   */
  public static final long UNCERTAINTY_NANOS = 1_000;

  private final PriorityQueue<Recording> recordings =
      new PriorityQueue<>(Comparator.comparingLong(recording -> recording.head.started().nanos()));
  private final KernelEvents kernel;
  private final ThreadNumbers threads = new ThreadNumbers();
  private final PriorityQueue<TraceEvent.CallFinished> ends =
      new PriorityQueue<>(Comparator.comparingLong(end -> end.stamp().nanos()));
  private JavaCall nextCall;
  private TraceEvent nextKernel;

  /** One JVM's calls, from the next one on. */
  private static final class Recording {
    private final Iterator<JavaCall> rest;
    private JavaCall head;

    Recording(Iterator<JavaCall> rest) {
      this.rest = rest;
    }
  }

  /** Where the kernel's events come from. */
  @FunctionalInterface
  public interface KernelEvents {
    /** The next event, or null after the last. */
    TraceEvent next() throws IOException;
  }

  /**
   * Of the calls of each JVM, in order of their start, and the kernel's events in theirs.
   *
   * @throws IOException if the kernel's first event cannot be read
   */
  public Timeline(List<? extends List<JavaCall>> recordings, KernelEvents kernel)
      throws IOException {
    for (List<JavaCall> calls : recordings) {
      advance(new Recording(calls.iterator()));
    }
    this.kernel = kernel;
    nextCall = nextCall();
    nextKernel = kernel.next();
  }

  /** The next event of either side, or null after the last. */
  public TraceEvent next() throws IOException {
    long start = nextCall == null ? Long.MAX_VALUE : nextCall.started().nanos() - UNCERTAINTY_NANOS;
    long end = ends.isEmpty() ? Long.MAX_VALUE : ends.peek().stamp().nanos();
    long now = nextKernel == null ? Long.MAX_VALUE : nextKernel.stamp().nanos();
    if (nextCall != null && start <= end && start <= now) {
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
    JavaCall call = threads.renumbered(nextCall);
    Stamp begun = call.started();
    Stamp end =
        new Stamp(call.endNanos() + UNCERTAINTY_NANOS, begun.tid(), begun.task(), begun.source());
    ends.add(new TraceEvent.CallFinished(end, call));
    nextCall = nextCall();
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
    if (recording == null) {
      return null;
    }
    JavaCall call = recording.head;
    advance(recording);
    return call;
  }
}
