package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.timeline.Timeline.KernelEvents;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges the kernel's events of several recordings of one boot by time, and passes each event on
 * once.
 *
 * <p>Every recorder that runs at a moment records the pins and frees of all processes. The kernel
 * stamps an event separately for each recorder, so that the same event has slightly different
 * times. Two events of different recordings are taken for the same if their threads, kinds and
 * contents are equal and their times differ by at most {@value #WINDOW_NANOS} nanoseconds. Each
 * event of one recording matches at most one of another, so that an event that happened twice stays
 * there twice.
 */
public final class OverlappingEvents implements KernelEvents {
  /**
   * The longest time between two recorders' stamps of one event, in nanoseconds; an interrupt may
   * come between them.
   */
  private static final long WINDOW_NANOS = 1_000_000;

  private final List<Side> sides = new ArrayList<>();
  private final Map<List<Object>, Deque<Told>> told = new HashMap<>();
  private final Deque<Told> byTime = new ArrayDeque<>();

  /** One recording, from its next event on. */
  private static final class Side {
    private final KernelEvents events;
    private final int number;
    private TraceEvent head;

    Side(KernelEvents events, int number) throws IOException {
      this.events = events;
      this.number = number;
      this.head = events.next();
    }
  }

  /** An event that was passed on, and the recordings in which the event was found. */
  private record Told(List<Object> key, long nanos, BitSet sides) {}

  /**
   * Merges recordings, each of which is in order.
   *
   * @throws IOException if the first event of one of them cannot be read
   */
  public OverlappingEvents(List<? extends KernelEvents> recordings) throws IOException {
    for (KernelEvents recording : recordings) {
      sides.add(new Side(recording, sides.size()));
    }
  }

  @Override
  public TraceEvent next() throws IOException {
    while (true) {
      Side side = earliest();
      if (side == null) {
        return null;
      }
      TraceEvent event = side.head;
      side.head = side.events.next();
      if (isNew(event, side.number)) {
        return event;
      }
    }
  }

  private Side earliest() {
    Side earliest = null;
    for (Side side : sides) {
      if (side.head != null
          && (earliest == null || side.head.stamp().nanos() < earliest.head.stamp().nanos())) {
        earliest = side;
      }
    }
    return earliest;
  }

  private boolean isNew(TraceEvent event, int side) {
    List<Object> key = key(event);
    if (key.isEmpty()) {
      return true;
    }
    long nanos = event.stamp().nanos();
    forgetBefore(nanos - WINDOW_NANOS);
    Deque<Told> alike = told.computeIfAbsent(key, _ -> new ArrayDeque<>());
    for (Told one : alike) {
      if (!one.sides.get(side)) {
        one.sides.set(side);
        return false;
      }
    }
    Told one = new Told(key, nanos, new BitSet());
    one.sides.set(side);
    alike.add(one);
    byTime.add(one);
    return true;
  }

  private void forgetBefore(long nanos) {
    while (!byTime.isEmpty() && byTime.peek().nanos < nanos) {
      Told old = byTime.poll();
      Deque<Told> alike = told.get(old.key);
      alike.poll();
      if (alike.isEmpty()) {
        told.remove(old.key);
      }
    }
  }

  /**
   * Returns what two recorders tell alike of one event: neither the time nor the reference counts,
   * which each recorder reads for itself. The key is empty for an event that belongs to one
   * recording: its marks and its losses.
   */
  private static List<Object> key(TraceEvent event) {
    int tid = event.stamp().tid();
    return switch (event) {
      case TraceEvent.CallStarted _,
          TraceEvent.CallFinished _,
          TraceEvent.EventsLost _,
          TraceEvent.Marked _ ->
          List.of();
      case TraceEvent.PinTaken(_, long pfn, int references, var kind, _, _, _) ->
          List.of("pin", tid, pfn, references, kind);
      case TraceEvent.PinDropped(_, long pfn, int references, _) ->
          List.of("drop", tid, pfn, references);
      case TraceEvent.PageIdle(_, long pfn) -> List.of("idle", tid, pfn);
      case TraceEvent.PipeFilled(_, long pfn, long pipe) -> List.of("fill", tid, pfn, pipe);
      case TraceEvent.PipeReleased(_, long pfn, long pipe, _, _) ->
          List.of("release", tid, pfn, pipe);
      case TraceEvent.BioFilling(_, long bio) -> List.of("filling", tid, bio);
      case TraceEvent.BioFilled _ -> List.of("filled", tid);
      case TraceEvent.BioReleased(_, long bio) -> List.of("released", tid, bio);
      case TraceEvent.PageMapped(_, var frames, var file, long page) ->
          List.of("mapped", tid, frames, file, page);
      case TraceEvent.PageLeft(_, var frames, var file, long page, _, _) ->
          List.of("left", tid, frames, file, page);
      case TraceEvent.PageRemovedFromCache(_, var file, long page, var frames, _, _) ->
          List.of("removed", tid, file, page, frames);
      case TraceEvent.LayoutBreakStarted(_, var file, _) -> List.of("break", tid, file);
      case TraceEvent.LayoutBreakBlocked(_, long pfn) -> List.of("blocked", tid, pfn);
      case TraceEvent.LayoutBreakFinished(_, int result) -> List.of("broken", tid, result);
      case TraceEvent.BlocksFreed(_, var file, var blocks) -> List.of("freed", tid, file, blocks);
      case TraceEvent.ExtentRemoved(_, var file, long page, var blocks) ->
          List.of("extent", tid, file, page, blocks);
      case TraceEvent.BlocksAllocated(_, var file, long page, var blocks) ->
          List.of("given", tid, file, page, blocks);
      case TraceEvent.ExtentMapped(_, var file, long page, var blocks, _) ->
          List.of("has", tid, file, page, blocks);
      case TraceEvent.InodeEvicted(_, var file, int links) -> List.of("evicted", tid, file, links);
      case TraceEvent.SyscallEntered(_, var syscall) -> List.of("enters", tid, syscall.name());
      case TraceEvent.SyscallLeft(_, var syscall, long result) ->
          List.of("leaves", tid, syscall.name(), result);
      case TraceEvent.FileCut(_, var file, long size, _) -> List.of("cut", tid, file, size);
      case TraceEvent.SizeAsked(_, var syscall, long size) ->
          List.of("asked", tid, syscall.name(), size);
      case TraceEvent.TaskStarted(_, int task, boolean own) -> List.of("task", tid, task, own);
      case TraceEvent.UserChanged(_, int uid) -> List.of("user", tid, uid);
      case TraceEvent.AccessFailed(_, int thread, int code) -> List.of("fault", thread, code);
      case TraceEvent.ThreadStarted(Stamp _, int thread, int own) -> List.of("thread", thread, own);
    };
  }
}
