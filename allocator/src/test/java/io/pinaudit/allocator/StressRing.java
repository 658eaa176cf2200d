package io.pinaudit.allocator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/**
 * An io_uring by system calls alone, with a thread that takes the completions; see io_uring(7). Its
 * user sees to it that no more than {@link #ENTRIES} reads are in flight.
 */
final class StressRing {
  static final int ENTRIES = 64;
  private static final int ENTRY_BYTES = 64;
  private static final int COMPLETION_BYTES = 16;
  private static final int PARAMETERS_BYTES = 120;
  private static final int SQ_OFF = 40; // in struct io_uring_params: head, tail, …, array
  private static final int CQ_OFF = 80; // head, tail, mask, entries, overflow, cqes
  private static final long MAP_ENTRIES = 0x10000000L;
  private static final byte OP_NOP = 0;
  private static final byte OP_READ_FIXED = 4;
  private static final byte OP_READ = 22;
  private static final long GET_EVENTS = 1;
  private static final long PROT_READ_WRITE = 3;
  private static final long MAP_SHARED_POPULATE = 0x8001;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final long fd;
  private final MemorySegment parameters;
  private final MemorySegment queues;
  private final MemorySegment entries;
  private final Map<Long, IntConsumer> inFlight = new ConcurrentHashMap<>();
  private final Thread reaper = Thread.ofPlatform().name("io_uring").unstarted(this::reap);
  private long lastId;

  private StressRing(long fd, MemorySegment parameters) throws IOException {
    this.fd = fd;
    this.parameters = parameters;
    int completions = parameters.get(JAVA_INT, 4);
    // Since Linux 5.4 one mapping has both queues; the completions lie before the array or after.
    long end =
        Math.max(
            offset(CQ_OFF + 20) + (long) completions * COMPLETION_BYTES,
            offset(SQ_OFF + 24) + ENTRIES * 4L);
    queues = map(end, 0);
    entries = map((long) ENTRIES * ENTRY_BYTES, MAP_ENTRIES);
  }

  static StressRing open() throws IOException {
    MemorySegment parameters = Arena.ofAuto().allocate(PARAMETERS_BYTES, 8);
    long fd = SystemCall.IO_URING_SETUP.call(ENTRIES, parameters.address());
    StressRing ring = new StressRing(fd, parameters);
    ring.reaper.start();
    return ring;
  }

  private int offset(int field) {
    return parameters.get(JAVA_INT, field);
  }

  @SuppressWarnings("restricted")
  private MemorySegment map(long lengthBytes, long offset) throws IOException {
    long address =
        SystemCall.MMAP.call(0, lengthBytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset);
    return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
  }

  /** Starts a read; the kernel has the pages when this returns. */
  void read(int file, MemorySegment target, long position, IntConsumer whenDone)
      throws IOException {
    submit(OP_READ, file, target, position, 0, whenDone);
  }

  /** Starts a read into a part of a fixed buffer. */
  void readFixed(int file, MemorySegment target, int buffer, IntConsumer whenDone)
      throws IOException {
    submit(OP_READ_FIXED, file, target, 0, buffer, whenDone);
  }

  int fd() {
    return (int) fd;
  }

  private synchronized void submit(
      byte operation,
      int file,
      MemorySegment target,
      long position,
      int buffer,
      IntConsumer whenDone)
      throws IOException {
    long id = ++lastId;
    if (whenDone != null) {
      inFlight.put(id, whenDone);
    }
    int tail = queues.get(JAVA_INT, offset(SQ_OFF + 4));
    int index = tail & ENTRIES - 1;
    MemorySegment entry = entries.asSlice((long) index * ENTRY_BYTES, ENTRY_BYTES).fill((byte) 0);
    entry.set(JAVA_BYTE, 0, operation);
    entry.set(JAVA_INT, 4, file);
    entry.set(JAVA_LONG, 8, position);
    entry.set(JAVA_LONG, 16, target.address());
    entry.set(JAVA_INT, 24, (int) target.byteSize());
    entry.set(JAVA_LONG, 32, id);
    entry.set(JAVA_SHORT, 40, (short) buffer);
    queues.set(JAVA_INT, offset(SQ_OFF + 24) + 4L * index, index);
    INT.setRelease(queues, (long) offset(SQ_OFF + 4), tail + 1);
    SystemCall.IO_URING_ENTER.call(fd, 1, 0, 0, 0, 0);
  }

  private void reap() {
    try {
      boolean goesOn = true;
      while (goesOn) {
        SystemCall.IO_URING_ENTER.call(fd, 0, 1, GET_EVENTS, 0, 0);
        goesOn = takeCompletions();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** False after the one that closes the ring. */
  private boolean takeCompletions() {
    boolean goesOn = true;
    int head = queues.get(JAVA_INT, offset(CQ_OFF));
    int mask = queues.get(JAVA_INT, offset(CQ_OFF + 8));
    int tail = (int) INT.getAcquire(queues, (long) offset(CQ_OFF + 4));
    while (head != tail) {
      long at = offset(CQ_OFF + 20) + (long) (head & mask) * COMPLETION_BYTES;
      long id = queues.get(JAVA_LONG, at);
      int result = queues.get(JAVA_INT, at + 8);
      INT.setRelease(queues, (long) offset(CQ_OFF), ++head);
      IntConsumer whenDone = inFlight.remove(id);
      if (whenDone == null) {
        goesOn = false;
      } else {
        whenDone.accept(result);
      }
    }
    return goesOn;
  }

  /** To be called when nothing is in flight. */
  void close() throws IOException, InterruptedException {
    submit(OP_NOP, -1, MemorySegment.NULL, 0, 0, null);
    reaper.join();
    SystemCall.CLOSE.call(fd);
  }
}
