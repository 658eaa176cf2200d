package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.ProcessMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The io_urings of this process that were set up through hooked calls.
 *
 * <p>Safe for any thread. The agent does not know a ring that was set up otherwise, and does not
 * see its entries.
 */
public final class Rings {
  private final Map<Integer, Ring> byDescriptor = new ConcurrentHashMap<>();
  private final Map<Long, Ring> byStruct = new ConcurrentHashMap<>();
  private final Map<Integer, Setup> setups = new ConcurrentHashMap<>();

  /** A ring whose queues are being mapped. */
  private record Setup(ByteBuffer params, long queue, long completions, long entries) {
    Setup with(long offset, long address) {
      boolean single = (params.getInt(IoUring.PARAMS_FEATURES) & IoUring.FEAT_SINGLE_MMAP) != 0;
      if (offset == IoUring.OFF_SQES) {
        return new Setup(params, queue, completions, address);
      }
      return new Setup(
          params,
          offset == IoUring.OFF_SQ_RING || single ? address : queue,
          offset == IoUring.OFF_CQ_RING || single ? address : completions,
          entries);
    }

    boolean complete() {
      return queue != 0 && completions != 0 && entries != 0;
    }
  }

  /** Notes that io_uring_setup(2) has returned a descriptor. */
  public void created(int descriptor, long paramsAddress) {
    ByteBuffer params = ProcessMemory.read(paramsAddress, IoUring.PARAMS_BYTES);
    if (params.remaining() < IoUring.PARAMS_BYTES) {
      return;
    }
    leave(byDescriptor.remove(descriptor));
    Setup setup = new Setup(params, 0, 0, 0);
    if ((params.getInt(IoUring.PARAMS_FLAGS) & IoUring.SETUP_NO_MMAP) != 0) {
      long queues = params.getLong(IoUring.CQ_OFF_USER_ADDR);
      setup = new Setup(params, queues, queues, params.getLong(IoUring.SQ_OFF_USER_ADDR));
    }
    settle(descriptor, setup);
  }

  /** Returns whether the queues of this ring are still to be mapped. */
  public boolean isUnmapped(int descriptor) {
    return setups.containsKey(descriptor);
  }

  /** Notes that a part of a ring was mapped. */
  public void mapped(int descriptor, long offset, long address) {
    Setup setup = setups.get(descriptor);
    if (setup != null) {
      settle(descriptor, setup.with(offset, address));
    }
  }

  private void settle(int descriptor, Setup setup) {
    if (setup.complete()) {
      setups.remove(descriptor);
      byDescriptor.put(descriptor, new Ring(layout(descriptor, setup)));
    } else {
      setups.put(descriptor, setup);
    }
  }

  private static Ring.Layout layout(int descriptor, Setup setup) {
    ByteBuffer params = setup.params();
    int flags = params.getInt(IoUring.PARAMS_FLAGS);
    long array =
        (flags & IoUring.SETUP_NO_SQARRAY) != 0
            ? 0
            : setup.queue() + params.getInt(IoUring.SQ_OFF_ARRAY);
    Ring.Queue submissions =
        new Ring.Queue(
            setup.queue() + params.getInt(IoUring.SQ_OFF_TAIL),
            params.getInt(IoUring.PARAMS_SQ_ENTRIES) - 1,
            setup.entries(),
            entryBytes(flags));
    Ring.Queue completions =
        new Ring.Queue(
            setup.completions() + params.getInt(IoUring.CQ_OFF_TAIL),
            params.getInt(IoUring.PARAMS_CQ_ENTRIES) - 1,
            setup.completions() + params.getInt(IoUring.CQ_OFF_CQES),
            completionBytes(flags));
    boolean polled = (flags & IoUring.SETUP_SQPOLL) != 0;
    return new Ring.Layout(descriptor, submissions, array, completions, polled);
  }

  /** Notes that liburing has filled in its {@code struct io_uring}. */
  public void created(long structAddress) throws Throwable {
    ByteBuffer ring = ProcessMemory.read(structAddress, Liburing.BYTES);
    if (ring.remaining() < Liburing.BYTES) {
      return;
    }
    int flags = ring.getInt(Liburing.FLAGS);
    Ring.Queue submissions =
        new Ring.Queue(
            // Its own tail: the kernel's is moved when it submits.
            structAddress + Liburing.SQ_SQE_TAIL,
            intAt(ring.getLong(Liburing.SQ_RING_MASK)),
            ring.getLong(Liburing.SQ_SQES),
            entryBytes(flags));
    Ring.Queue completions =
        new Ring.Queue(
            ring.getLong(Liburing.CQ_TAIL),
            intAt(ring.getLong(Liburing.CQ_RING_MASK)),
            ring.getLong(Liburing.CQ_CQES),
            completionBytes(flags));
    boolean polled = (flags & IoUring.SETUP_SQPOLL) != 0;
    int descriptor = ring.getInt(Liburing.RING_FD);
    byStruct.put(
        structAddress, new Ring(new Ring.Layout(descriptor, submissions, 0, completions, polled)));
  }

  private static int intAt(long address) throws Throwable {
    return JdkInternals.memory(address, Integer.BYTES).getInt(0);
  }

  private static int entryBytes(int flags) {
    return (flags & IoUring.SETUP_SQE128) != 0 ? 2 * IoUring.SQE_BYTES : IoUring.SQE_BYTES;
  }

  private static int completionBytes(int flags) {
    return (flags & IoUring.SETUP_CQE32) != 0 ? 2 * IoUring.CQE_BYTES : IoUring.CQE_BYTES;
  }

  /** Returns the ring of a descriptor; null if it is not known. */
  public Ring of(int descriptor) {
    return byDescriptor.get(descriptor);
  }

  /** Returns all known rings. */
  public List<Ring> all() {
    List<Ring> all = new ArrayList<>(byDescriptor.values());
    all.addAll(byStruct.values());
    return all;
  }

  /**
   * Returns the ring of a descriptor, whether its queues are used through liburing or not; or null.
   */
  public Ring registering(int descriptor) {
    Ring known = byDescriptor.get(descriptor);
    for (Ring ring : byStruct.values()) {
      if (known == null && ring.layout().descriptor() == descriptor) {
        known = ring;
      }
    }
    return known;
  }

  /** Returns the ring of liburing's struct; null if it is not known. */
  public Ring ofStruct(long structAddress) {
    return byStruct.get(structAddress);
  }

  /** Notes that a descriptor is being closed; returns the ring of the descriptor, or null. */
  public Ring closed(int descriptor) {
    setups.remove(descriptor);
    return leave(byDescriptor.remove(descriptor));
  }

  /** Notes that liburing gives up a ring; returns the ring, or null. */
  public Ring exited(long structAddress) {
    return leave(byStruct.remove(structAddress));
  }

  /** Notes that a range is being unmapped: rings with a part in the range can no longer be read. */
  public void unmapped(long address, long lengthBytes) {
    unmapped(byDescriptor.values(), address, lengthBytes);
    unmapped(byStruct.values(), address, lengthBytes);
  }

  private static void unmapped(Collection<Ring> known, long address, long lengthBytes) {
    Iterator<Ring> rings = known.iterator();
    while (rings.hasNext()) {
      Ring ring = rings.next();
      Ring.Layout layout = ring.layout();
      if (within(layout.submissions().tailAddress(), address, lengthBytes)
          || within(layout.submissions().entriesAddress(), address, lengthBytes)
          || within(layout.completions().entriesAddress(), address, lengthBytes)) {
        rings.remove();
        ring.leave();
      }
    }
  }

  private static Ring leave(Ring ring) {
    if (ring != null) {
      ring.leave();
    }
    return ring;
  }

  private static boolean within(long place, long address, long lengthBytes) {
    return place >= address && place - address < lengthBytes;
  }
}
