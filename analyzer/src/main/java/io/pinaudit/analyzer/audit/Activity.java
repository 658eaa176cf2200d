package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.RunDescription;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the course of a whole run in a fixed amount of memory: how many pages were pinned, how many
 * transfers were under way, how many calls waited and how much was taken away at each time, and
 * which blocks of each device were touched.
 *
 * <p>The time of the run is divided into {@value #SLOTS} slots, which get longer as the run does.
 * Confined to the thread of the audit.
 */
public final class Activity implements Watcher {
  /** The number of equal parts into which the time is divided; at least half of them are used. */
  public static final int SLOTS = 1024;

  private static final long FIRST_SLOT_NANOS = 1_000;
  private static final int MOST_DEVICES = 16;

  /** A quantity that is followed over the time. */
  public enum Course {
    /** The number of pinned pages; the largest at a time. */
    PINNED_PAGES,
    /** The number of calls that transfer data; the largest at a time. */
    TRANSFERS,
    /**
     * The number of truncates and punches that wait for pins, or look for pins; the largest at a
     * time.
     */
    WAITS,
    /**
     * The number of times that blocks were freed, or that a call cut a file or unmapped memory; the
     * sum.
     */
    TAKEN_AWAY
  }

  /**
   * A course in slots. A level lasts until the next one; a sum belongs to the slot of its moment.
   */
  private static final class Slots {
    private final long[] values = new long[SLOTS];
    private final boolean summed;
    private long level;

    Slots(boolean summed) {
      this.summed = summed;
    }

    void set(int slot, long newLevel) {
      level = Math.max(0, newLevel);
      values[slot] = Math.max(values[slot], level);
    }

    void add(int slot, long times) {
      values[slot] += times;
    }

    void reach(int slot) {
      values[slot] = summed ? 0 : level;
    }

    void halve() {
      for (int i = 0; i < SLOTS / 2; i++) {
        long left = values[2 * i];
        long right = values[2 * i + 1];
        values[i] = summed ? left + right : Math.max(left, right);
      }
    }
  }

  private final List<BlockDevice> joined;
  private final Map<DeviceNumber, TouchedBlocks> devices =
      new TreeMap<>(Comparator.comparing(DeviceNumber::toString));
  private final Slots pinnedPages = new Slots(false);
  private final Slots transfers = new Slots(false);
  private final Slots waits = new Slots(false);
  private final Slots takenAway = new Slots(true);
  private final List<Slots> all = List.of(pinnedPages, transfers, waits, takenAway);
  private long originNanos = Long.MIN_VALUE;
  private long slotNanos = FIRST_SLOT_NANOS;
  private int current;

  Activity(RunDescription run) {
    joined =
        run == null
            ? List.of()
            : run.devices().stream().filter(BlockDevice::joinable).limit(MOST_DEVICES).toList();
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    advance(moment.event().stamp().nanos());
    switch (moment.event()) {
      case TraceEvent.SyscallEvent _ -> {}
      case TraceEvent.CallStarted(_, JavaCall call) -> step(transfers, transfer(call));
      case TraceEvent.CallFinished(_, JavaCall call) -> {
        step(transfers, -transfer(call));
        takenAway.add(current, moment.cuts().size() + moment.unmapped().size());
      }
      case TraceEvent.PinTaken taken -> {
        pinnedPages.set(current, ledgers.pins().pages());
        pinned(taken.pfn());
      }
      case TraceEvent.LayoutBreakStarted _ -> step(waits, 1);
      case TraceEvent.LayoutBreakFinished _ -> step(waits, -1);
      case TraceEvent.BlocksFreed freed -> {
        takenAway.add(current, 1);
        touch(freed.file().device(), freed.blocks(), TouchedBlocks.FREED);
      }
      case TraceEvent.BlocksAllocated(_, FileId file, _, PageRange blocks) ->
          touch(file.device(), blocks, TouchedBlocks.ALLOCATED);
      case TraceEvent.EventsLost _ -> {}
      case TraceEvent.KernelEvent _ -> pinnedPages.set(current, ledgers.pins().pages());
    }
  }

  private void step(Slots slots, int change) {
    slots.set(current, slots.level + change);
  }

  private static int transfer(JavaCall call) {
    return call.effect() instanceof JavaCall.Transferred ? 1 : 0;
  }

  /**
   * Advances to a time. Times of different sources may be a little out of order; an earlier time
   * counts as now.
   */
  private void advance(long nanos) {
    if (originNanos == Long.MIN_VALUE) {
      originNanos = nanos;
    }
    long slot = Math.max(0, nanos - originNanos) / slotNanos;
    while (slot >= SLOTS) {
      halve();
      slot /= 2;
    }
    while (current < slot) {
      current++;
      for (Slots slots : all) {
        slots.reach(current);
      }
    }
  }

  private void halve() {
    all.forEach(Slots::halve);
    slotNanos *= 2;
    current /= 2;
  }

  private void pinned(long pfn) {
    for (BlockDevice device : joined) {
      long block = pfn - device.dataStartBytes() / PageRange.PAGE_BYTES;
      if (block >= 0 && block < device.sizeBytes() / PageRange.PAGE_BYTES) {
        touch(device.number(), new PageRange(block, 1), TouchedBlocks.PINNED);
      }
    }
  }

  private void touch(DeviceNumber device, PageRange blocks, int flag) {
    TouchedBlocks touched = devices.get(device);
    if (touched == null && devices.size() < MOST_DEVICES) {
      touched = new TouchedBlocks();
      devices.put(device, touched);
    }
    if (touched != null) {
      touched.add(blocks, flag);
    }
  }

  /** Returns the values of a course, one for each slot that the run has reached. */
  public List<Long> values(Course course) {
    int reached = originNanos == Long.MIN_VALUE ? 0 : current + 1;
    return Arrays.stream(slots(course).values, 0, reached).boxed().toList();
  }

  private Slots slots(Course course) {
    return switch (course) {
      case PINNED_PAGES -> pinnedPages;
      case TRANSFERS -> transfers;
      case WAITS -> waits;
      case TAKEN_AWAY -> takenAway;
    };
  }

  /** Returns when the first slot begins, which is the time of the first event, in nanoseconds. */
  public long originNanos() {
    return originNanos;
  }

  /** Returns the length of each slot in nanoseconds. */
  public long slotNanos() {
    return slotNanos;
  }

  /** Returns the touched blocks of each device. */
  public Map<DeviceNumber, TouchedBlocks> devices() {
    return devices;
  }
}
