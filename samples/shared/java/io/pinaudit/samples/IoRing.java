package io.pinaudit.samples;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The submission side of an io_uring of eight entries, by system calls alone; see linux/io_uring.h
 * and io_uring(7).
 */
public final class IoRing {
  private static final long SYS_SETUP = 425;
  private static final long SYS_ENTER = 426;
  private static final int ENTRIES = 8;
  private static final int ENTRY_BYTES = 64;
  private static final int PARAMETERS_BYTES = 120;
  private static final int SQ_OFF = 40; // in struct io_uring_params: head, tail, mask, …, array
  private static final int SQ_OFF_TAIL = SQ_OFF + 4;
  private static final int SQ_OFF_ARRAY = SQ_OFF + 24;
  private static final long MAP_SUBMISSION_QUEUE = 0;
  private static final long MAP_ENTRIES = 0x10000000L;
  private static final byte OP_OPENAT = 18;
  private static final byte OP_READ = 22;
  private static final int AT_FDCWD = -100; // fcntl.h
  private static final long GET_EVENTS = 1;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_POPULATE = 0x8001;

  private final long fd;
  private final MemorySegment queue;
  private final MemorySegment entries;
  private final int tailOffset;
  private final int arrayOffset;

  private IoRing(long fd, MemorySegment parameters) throws IOException {
    this.fd = fd;
    tailOffset = parameters.get(JAVA_INT, SQ_OFF_TAIL);
    arrayOffset = parameters.get(JAVA_INT, SQ_OFF_ARRAY);
    queue = map(arrayOffset + ENTRIES * 4L, MAP_SUBMISSION_QUEUE);
    entries = map((long) ENTRIES * ENTRY_BYTES, MAP_ENTRIES);
  }

  /** Makes a ring; it is closed with the process. */
  public static IoRing open() throws IOException {
    MemorySegment parameters = Arena.ofAuto().allocate(PARAMETERS_BYTES, 8);
    return new IoRing(NativeCall.of("syscall", SYS_SETUP, (long) ENTRIES, parameters), parameters);
  }

  @SuppressWarnings("restricted")
  private MemorySegment map(long lengthBytes, long offset) throws IOException {
    long address =
        NativeCall.of(
            "mmap",
            MemorySegment.NULL,
            lengthBytes,
            PROT_READ_WRITE,
            MAP_SHARED_POPULATE,
            (int) fd,
            offset);
    return MemorySegment.ofAddress(address).reinterpret(lengthBytes);
  }

  /** Queues a read of a file into memory; {@link #submit} starts it. */
  public void queueRead(int file, MemorySegment target, long position) {
    int tail = queue.get(JAVA_INT, tailOffset);
    MemorySegment entry = entry(tail, OP_READ, file);
    entry.set(JAVA_LONG, 8, position);
    entry.set(JAVA_LONG, 16, target.address());
    entry.set(JAVA_INT, 24, (int) target.byteSize());
    publish(tail);
  }

  /** Queues the opening of a file by name; {@link #submit} starts it. */
  public void queueOpen(MemorySegment name, int flags) {
    int tail = queue.get(JAVA_INT, tailOffset);
    MemorySegment entry = entry(tail, OP_OPENAT, AT_FDCWD);
    entry.set(JAVA_LONG, 16, name.address());
    entry.set(JAVA_INT, 28, flags);
    publish(tail);
  }

  private MemorySegment entry(int tail, byte operation, int file) {
    long index = tail & ENTRIES - 1;
    MemorySegment entry = entries.asSlice(index * ENTRY_BYTES, ENTRY_BYTES).fill((byte) 0);
    entry.set(JAVA_BYTE, 0, operation);
    entry.set(JAVA_INT, 4, file);
    return entry;
  }

  private void publish(int tail) {
    int index = tail & ENTRIES - 1;
    queue.set(JAVA_INT, arrayOffset + 4L * index, index);
    VarHandle.releaseFence();
    queue.set(JAVA_INT, tailOffset, tail + 1);
  }

  /** Hands the queued requests to the kernel. */
  public void submit(int count) throws IOException {
    enter(count, 0, 0);
  }

  /** Blocks until so many requests of this ring are complete in all. */
  public void awaitCompletions(int count) throws IOException {
    enter(0, count, GET_EVENTS);
  }

  private void enter(long submit, long await, long flags) throws IOException {
    NativeCall.of("syscall", SYS_ENTER, fd, submit, await, flags, 0L, 0L);
  }
}
