package io.pinaudit.allocator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts I/O on pinned memory and closes the pin when it is done: reads of the slow disk through
 * io_uring and FileChannel, and pages lent to a pipe. Looks at each byte that arrived.
 *
 * <p>The kernel gets bare addresses: so nothing but the pin keeps the memory mapped.
 */
final class StressIo {
  /** What has the memory pinned. */
  enum Kind {
    RING,
    CHANNEL,
    PIPE
  }

  /** What a pipe holds. */
  static final int MOST_BYTES = 64 << 10;

  private static final long DISK_BYTES = 16 << 20;
  private static final int MOST_IN_FLIGHT = 12;
  private static final int MOST_LENT_MILLIS = 1_000;
  private static final long O_RDONLY_DIRECT = 0x4000;

  private final Map<Kind, AtomicLong> done = new ConcurrentHashMap<>();
  private final AtomicLong foreignBytes = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Semaphore places = new Semaphore(MOST_IN_FLIGHT);
  private final ExecutorService completions = Executors.newCachedThreadPool();
  private final StressFailures failures;
  private final StressRing ring;
  private final FileChannel disk;
  private final int diskFd;

  StressIo(Path disk, StressFailures failures) throws IOException {
    this.failures = failures;
    this.ring = StressRing.open();
    this.disk = FileChannel.open(disk, StandardOpenOption.READ, direct());
    try (Arena arena = Arena.ofConfined()) {
      this.diskFd =
          (int)
              SystemCall.OPEN.call(arena.allocateFrom(disk.toString()).address(), O_RDONLY_DIRECT);
    }
    for (Kind kind : Kind.values()) {
      done.put(kind, new AtomicLong());
    }
  }

  /** The class is the JDK's own, and the compiler warns of it when it is named. */
  private static OpenOption direct() {
    try {
      Object[] all = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      return (OpenOption)
          Arrays.stream(all).filter(e -> e.toString().equals("DIRECT")).findAny().orElseThrow();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until one more may be in flight; {@link #start} has to follow, or {@link #giveUp}. */
  void reserve() throws InterruptedException {
    places.acquire();
  }

  void giveUp() {
    places.release();
  }

  /** Starts some I/O on the memory of the pin, which is closed in the end. */
  void start(Pin pin, Random random) throws IOException {
    Pin lease = pin.detach();
    MemorySegment memory = lease.segment();
    MemorySegment bytes = unowned(memory);
    long position = random.nextLong((DISK_BYTES - bytes.byteSize()) >> 12) << 12;
    switch (Kind.values()[random.nextInt(Kind.values().length)]) {
      case RING ->
          ring.read(
              diskFd,
              bytes,
              position,
              result -> completions.execute(() -> complete(lease, position, result)));
      case CHANNEL -> completions.execute(() -> read(lease, bytes, position));
      case PIPE -> lend(lease, memory, bytes, random);
    }
  }

  @SuppressWarnings("restricted")
  static MemorySegment unowned(MemorySegment memory) {
    return MemorySegment.ofAddress(memory.address()).reinterpret(memory.byteSize());
  }

  private void read(Pin lease, MemorySegment bytes, long position) {
    int count;
    try {
      count = disk.read(bytes.asByteBuffer(), position);
    } catch (IOException e) {
      finish(Kind.CHANNEL, lease, () -> failedWith(e));
      return;
    }
    finish(Kind.CHANNEL, lease, () -> verifyRead(lease, position, count));
  }

  private void complete(Pin lease, long position, int result) {
    finish(Kind.RING, lease, () -> verifyRead(lease, position, result));
  }

  private void lend(Pin lease, MemorySegment memory, MemorySegment bytes, Random random)
      throws IOException {
    byte letter = (byte) ('a' + random.nextInt(26));
    memory.fill(letter);
    StressPipe pipe = StressPipe.open();
    pipe.lend(bytes);
    int millis = random.nextInt(MOST_LENT_MILLIS);
    completions.execute(
        () ->
            finish(
                Kind.PIPE,
                lease,
                () -> {
                  Thread.sleep(millis);
                  byte[] received = pipe.drain((int) bytes.byteSize());
                  pipe.close();
                  return countOthers(received, letter);
                }));
  }

  /** What is done before the pin is closed: the number of bytes that are not what they should. */
  private interface Verification {
    long foreignBytes() throws IOException, InterruptedException;
  }

  private void finish(Kind kind, Pin lease, Verification verification) {
    try (lease) {
      foreignBytes.addAndGet(verification.foreignBytes());
      done.get(kind).incrementAndGet();
    } catch (IOException | InterruptedException | RuntimeException e) {
      failed.incrementAndGet();
      failures.add(e);
    } finally {
      places.release();
    }
  }

  private static long failedWith(IOException e) throws IOException {
    throw e;
  }

  private static long verifyRead(Pin lease, long position, int count) throws IOException {
    MemorySegment memory = lease.segment();
    if (count != memory.byteSize()) {
      throw new IOException("a read returned %d of %d".formatted(count, memory.byteSize()));
    }
    byte[] found = memory.toArray(JAVA_BYTE);
    byte[] expected = onDisk(position, found.length);
    long foreign = 0;
    for (int i = 0; i < found.length; i++) {
      foreign += found[i] == expected[i] ? 0 : 1;
    }
    return foreign;
  }

  /** What the lab writes on the slow disk: each 16 bytes say where they are. */
  private static byte[] onDisk(long position, int length) {
    byte[] bytes = new byte[length];
    byte[] text = "SLOWDISK".getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at < length; at += 16) {
      System.arraycopy(text, 0, bytes, at, 8);
      long index = (position + at) >> 4;
      for (int digit = 15; digit >= 8; digit--, index >>= 4) {
        bytes[at + digit] = (byte) "0123456789ABCDEF".charAt((int) index & 0xf);
      }
    }
    return bytes;
  }

  static long countOthers(byte[] bytes, byte letter) {
    long count = 0;
    for (byte one : bytes) {
      count += one == letter ? 0 : 1;
    }
    return count;
  }

  long done(Kind kind) {
    return done.get(kind).get();
  }

  long failed() {
    return failed.get();
  }

  /** Bytes that were read or came from a pipe and were not what the disk or the lender had. */
  long foreignBytes() {
    return foreignBytes.get();
  }

  /** Waits for all that is in flight. */
  void close() throws IOException, InterruptedException {
    places.acquire(MOST_IN_FLIGHT);
    completions.close();
    ring.close();
    disk.close();
    SystemCall.CLOSE.call(diskFd);
  }
}
