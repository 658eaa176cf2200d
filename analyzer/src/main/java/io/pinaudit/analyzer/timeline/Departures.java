package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The pages that lately left a DAX file while somebody held them.
 *
 * <p>Not every page that leaves its file is freed: a file system may take a page from its file only
 * to map it anew. A departure therefore stands for a free only in the call that made it, or if its
 * file was deleted.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Departures {
  /** The kernel frees a block no later than this after its page left a file. */
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private static final int FEW = 1024;

  private final NavigableMap<Long, Departure> byFrame = new TreeMap<>();
  private final Map<Integer, FileId> deleting = new HashMap<>();
  private int most = FEW;

  Departures() {}

  void left(TraceEvent.PageLeft event, Hold holder) {
    boolean deleted = event.file().equals(deleting.get(event.stamp().tid()));
    byFrame.put(event.frames().first(), new Departure(event, holder, deleted));
    if (byFrame.size() > most) {
      long now = event.stamp().nanos();
      forget(old -> now - old.event().stamp().nanos() > LONGEST_NANOS);
      most = Math.max(FEW, 2 * byFrame.size());
    }
  }

  /** Notes that a file is being deleted. What left the file before, it left for another reason. */
  void deleted(TraceEvent.InodeEvicted event) {
    if (deleting.size() > FEW) {
      deleting.clear(); // of threads that are gone, most likely
    }
    deleting.put(event.stamp().tid(), event.file());
    forget(one -> one.event().file().equals(event.file()));
  }

  /** Notes that a thread began another call. */
  void begun(int tid) {
    if (!deleting.isEmpty()) {
      deleting.remove(tid);
    }
    forget(one -> !one.deleted() && one.event().stamp().tid() == tid);
  }

  /** Forgets what has left a file by now of the page frames of blocks that have been freed. */
  void settled(PageRange frames) {
    if (!byFrame.isEmpty()) {
      byFrame
          .subMap(frames.first(), frames.end())
          .values()
          .removeIf(one -> one.frames().end() <= frames.end());
    }
  }

  private void forget(Predicate<Departure> which) {
    if (!byFrame.isEmpty()) {
      byFrame.values().removeIf(which);
    }
  }

  /**
   * Returns the departures of the page frames of blocks that are freed now, in order of frame; none
   * if the counts of references did not say that anybody held them.
   */
  public List<Departure> freed(PageRange frames, TraceEvent.BlocksFreed event) {
    if (byFrame.isEmpty()) {
      return List.of();
    }
    Stamp free = event.stamp();
    Long first = byFrame.floorKey(frames.first());
    List<Departure> freed = new ArrayList<>();
    for (Departure one :
        byFrame.subMap(first == null ? frames.first() : first, frames.end()).values()) {
      Stamp left = one.event().stamp();
      // A block that files share is freed when the last of them is deleted.
      boolean ofThisFile = one.event().file().equals(event.file());
      boolean ofThisCall = one.deleted() || left.tid() == free.tid();
      boolean lately = free.nanos() - left.nanos() <= LONGEST_NANOS;
      if (ofThisFile && ofThisCall && lately && one.frames().end() > frames.first()) {
        freed.add(one);
      }
    }
    return freed;
  }
}
