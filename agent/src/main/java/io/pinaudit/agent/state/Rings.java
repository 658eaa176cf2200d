package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.ProcessMemory;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The io_urings of this process that were set up through hooked calls.
 *
 * <p>Any thread. A ring that was set up otherwise is not known, and its entries are not seen.
 */
public final class Rings {
  private static final int SQE_BYTES = 64;
  // linux/io_uring.h
  private static final long OFFSET_SQ = 0;
  private static final long OFFSET_CQ = 0x8000000L;
  private static final long OFFSET_SQES = 0x10000000L;
  private static final int SETUP_SQPOLL = 1 << 1;
  private static final int SETUP_SQE128 = 1 << 10;
  private static final int SETUP_CQE32 = 1 << 11;
  private static final int SETUP_NO_MMAP = 1 << 14;
  private static final int SETUP_NO_SQARRAY = 1 << 16;
  private static final int FEATURE_SINGLE_MMAP = 1;
  private static final int PARAMS_BYTES = 120; // struct io_uring_params
  private static final int LIBURING_BYTES = 216; // struct io_uring, liburing.h

  private final Map<Integer, Ring> byDescriptor = new ConcurrentHashMap<>();
  private final Map<Long, Ring> byStruct = new ConcurrentHashMap<>();
  private final Map<Integer, Setup> setups = new ConcurrentHashMap<>();

  /** A ring whose queues are being mapped. */
  private record Setup(ByteBuffer params, long queue, long completions, long entries) {
    Setup with(long offset, long address) {
      boolean single = (params.getInt(20) & FEATURE_SINGLE_MMAP) != 0;
      if (offset == OFFSET_SQES) {
        return new Setup(params, queue, completions, address);
      }
      return new Setup(
          params,
          offset == OFFSET_SQ || single ? address : queue,
          offset == OFFSET_CQ || single ? address : completions,
          entries);
    }

    boolean complete() {
      return queue != 0 && completions != 0 && entries != 0;
    }
  }

  /** io_uring_setup(2) has returned a descriptor. */
  public void created(int descriptor, long paramsAddress) throws Throwable {
    ByteBuffer params = ProcessMemory.read(paramsAddress, PARAMS_BYTES);
    if (params.remaining() < PARAMS_BYTES) {
      return;
    }
    byDescriptor.remove(descriptor);
    Setup setup = new Setup(params, 0, 0, 0);
    if ((params.getInt(8) & SETUP_NO_MMAP) != 0) {
      long queues = params.getLong(80 + 32);
      setup = new Setup(params, queues, queues, params.getLong(40 + 32));
    }
    settle(descriptor, setup);
  }

  /** Whether the queues of this ring are still to be mapped. */
  public boolean isUnmapped(int descriptor) {
    return setups.containsKey(descriptor);
  }

  /** A part of a ring was mapped. */
  public void mapped(int descriptor, long offset, long address) throws Throwable {
    Setup setup = setups.get(descriptor);
    if (setup != null) {
      settle(descriptor, setup.with(offset, address));
    }
  }

  private void settle(int descriptor, Setup setup) throws Throwable {
    if (setup.complete()) {
      setups.remove(descriptor);
      byDescriptor.put(descriptor, new Ring(layout(descriptor, setup)));
    } else {
      setups.put(descriptor, setup);
    }
  }

  private static Ring.Layout layout(int descriptor, Setup setup) throws Throwable {
    ByteBuffer params = setup.params();
    int flags = params.getInt(8);
    long tail = setup.queue() + params.getInt(40 + 4);
    long array = (flags & SETUP_NO_SQARRAY) != 0 ? 0 : setup.queue() + params.getInt(40 + 24);
    return new Ring.Layout(
        descriptor,
        tail,
        params.getInt(0) - 1,
        array,
        setup.entries(),
        entryBytes(flags),
        setup.completions() + params.getInt(80 + 4),
        params.getInt(4) - 1,
        setup.completions() + params.getInt(80 + 20),
        completionBytes(flags),
        (flags & SETUP_SQPOLL) != 0);
  }

  /** liburing has filled in its {@code struct io_uring}. */
  public void created(long structAddress) throws Throwable {
    ByteBuffer ring = ProcessMemory.read(structAddress, LIBURING_BYTES);
    if (ring.remaining() < LIBURING_BYTES) {
      return;
    }
    int flags = ring.getInt(192);
    int cq = 104; // struct io_uring_cq in it
    Ring known =
        new Ring(
            new Ring.Layout(
                ring.getInt(196),
                // Its own tail, sqe_tail: the kernel's is moved when it submits.
                structAddress + 68,
                JdkInternals.memory(ring.getLong(16), 4).getInt(0),
                0,
                ring.getLong(56),
                entryBytes(flags),
                ring.getLong(cq + 8),
                JdkInternals.memory(ring.getLong(cq + 16), 4).getInt(0),
                ring.getLong(cq + 48),
                completionBytes(flags),
                (flags & SETUP_SQPOLL) != 0));
    byStruct.put(structAddress, known);
  }

  private static int entryBytes(int flags) {
    return (flags & SETUP_SQE128) != 0 ? 2 * SQE_BYTES : SQE_BYTES;
  }

  private static int completionBytes(int flags) {
    return (flags & SETUP_CQE32) != 0 ? 32 : 16;
  }

  /** The ring of a descriptor; null if it is not known. */
  public Ring of(int descriptor) {
    return byDescriptor.get(descriptor);
  }

  /** The ring of liburing's struct; null if it is not known. */
  public Ring ofStruct(long structAddress) {
    return byStruct.get(structAddress);
  }

  /** A descriptor is being closed; returns the ring that it was, or null. */
  public Ring closed(int descriptor) {
    setups.remove(descriptor);
    return byDescriptor.remove(descriptor);
  }

  /** liburing gives a ring up; returns it, or null. */
  public Ring exited(long structAddress) {
    return byStruct.remove(structAddress);
  }

  /** A range is being unmapped: rings with a part in it can no longer be read. */
  public void unmapped(long address, long lengthBytes) {
    Iterator<Ring> rings = byDescriptor.values().iterator();
    while (rings.hasNext()) {
      Ring.Layout layout = rings.next().layout();
      if (within(layout.tailAddress(), address, lengthBytes)
          || within(layout.entriesAddress(), address, lengthBytes)
          || within(layout.completionsAddress(), address, lengthBytes)) {
        rings.remove();
      }
    }
  }

  private static boolean within(long place, long address, long lengthBytes) {
    return place >= address && place - address < lengthBytes;
  }
}
