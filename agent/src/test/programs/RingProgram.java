import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes a mapped file through io_uring, by hand and by liburing, and kernel AIO. */
public final class RingProgram {
  private static final long SIZE = 1_999_993;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final byte READ_FIXED = 4;
  private static final byte READ_OP = 22;
  private static final byte WRITE_OP = 23;
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle MMAP =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("mmap"),
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  private RingProgram() {}

  public static void main(String[] args) throws Throwable {
    Path folder = Path.of(args[0]);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(folder.resolve("mapped.dat"), CREATE, READ, WRITE)) {
      MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, SIZE, arena);
      System.out.println("mapped " + Stat.of(folder.resolve("mapped.dat")));
      int storage = open(folder.resolve("storage.dat"), arena);
      System.out.println("storage " + Stat.of(folder.resolve("storage.dat")));
      // The kernel may refuse long-term pins of files on disks, but not of those in memory.
      Path shared = Files.createTempFile(Path.of("/dev/shm"), "pinaudit", ".dat");
      try (FileChannel memory = FileChannel.open(shared, READ, WRITE)) {
        System.out.println("shared " + Stat.of(shared));
        byHand(mapped, memory.map(MapMode.READ_WRITE, 0, SIZE, arena), storage, arena);
      } finally {
        Files.delete(shared);
      }
      byLibrary(mapped, storage, arena);
      aio(mapped, storage, arena);
    }
  }

  private static int open(Path path, Arena arena) throws Throwable {
    Files.write(path, new byte[100_000]);
    MethodHandle open =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    return (int) open.invokeExact(arena.allocateFrom(path.toString()), 2);
  }

  private static void byHand(MemorySegment mapped, MemorySegment shared, int storage, Arena arena)
      throws Throwable {
    MemorySegment params = arena.allocate(120, 8);
    int ring = (int) call(425, 8, params.address(), 0, 0, 0);
    long queueBytes = 1 << 14;
    MemorySegment queue = map(ring, queueBytes, 0);
    MemorySegment entries = map(ring, 8 * 64, 0x10000000L);
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(JAVA_LONG, 0, shared.address() + 40_960);
    vector.set(JAVA_LONG, 8, 8192);
    check(call(427, ring, 0, vector.address(), 1, 0), 0); // line register
    vector.set(JAVA_LONG, 0, 8);
    check(call(427, ring, 2, vector.address(), 1 << 30, 0), -1);
    int tailAt = params.get(JAVA_INT, 44);
    int arrayAt = params.get(JAVA_INT, 64);
    byte[] codes = {WRITE_OP, READ_OP, READ_FIXED};
    long[] addresses = {mapped.address() + 4097, mapped.address() + 77, shared.address() + 40_961};
    int[] lengths = {3333, 555, 444};
    for (int i = 0; i < codes.length; i++) {
      entry(entries.asSlice(i * 64L, 64), codes[i], storage, 1000L + i, addresses[i], lengths[i]);
      queue.set(JAVA_INT, arrayAt + 4L * i, i);
    }
    queue.set(JAVA_INT, tailAt, codes.length);
    check(call(426, ring, codes.length, codes.length, 1, 0), codes.length); // line enter
    opening(ring, queue, new int[] {tailAt, arrayAt}, entries, mapped, arena);
    check(call(427, ring, 1, 0, 0, 0), 0); // line unregister
    check(call(3, ring, 0, 0, 0, 0), 0);
  }

  /** Opens a file and truncates it thereby, and frees a page of the mapped one. */
  private static void opening(
      int ring,
      MemorySegment queue,
      int[] tailAndArray,
      MemorySegment entries,
      MemorySegment mapped,
      Arena arena)
      throws Throwable {
    Path path = Files.createTempFile("pinaudit", ".dat");
    try {
      MemorySegment name = arena.allocateFrom(path.toString());
      MemorySegment how = arena.allocate(24, 8);
      how.set(JAVA_LONG, 0, 01002);
      // The three entries before these are 0, 1, 2.
      MemorySegment third = entries.asSlice(0, 64);
      entry(third, (byte) 18, -100, 0, name.address(), 0);
      third.set(JAVA_INT, 28, 01002);
      entry(entries.asSlice(64, 64), (byte) 28, -100, how.address(), name.address(), 24);
      MemorySegment advice = entries.asSlice(128, 64);
      entry(advice, (byte) 25, -1, 0, mapped.address() + 8192, 4096);
      advice.set(JAVA_INT, 28, 9);
      for (int i = 0; i < 3; i++) {
        int slot = (3 + i) & 7;
        queue.set(JAVA_INT, tailAndArray[1] + 4L * slot, i);
      }
      queue.set(JAVA_INT, tailAndArray[0], 6);
      check(call(426, ring, 3, 3, 1, 0), 3); // line enterOpens
    } finally {
      Files.delete(path);
    }
  }

  private static MemorySegment map(int ring, long bytes, long offset) throws Throwable {
    MemorySegment at =
        (MemorySegment) MMAP.invokeExact(MemorySegment.NULL, bytes, 3, 0x8001, ring, offset);
    return at.reinterpret(bytes);
  }

  private static void entry(
      MemorySegment entry, byte code, int fd, long offset, long address, int length) {
    entry.fill((byte) 0);
    entry.set(JAVA_BYTE, 0, code);
    entry.set(JAVA_INT, 4, fd);
    entry.set(JAVA_LONG, 8, offset);
    entry.set(JAVA_LONG, 16, address);
    entry.set(JAVA_INT, 24, length);
    entry.set(JAVA_LONG, 32, offset);
  }

  private static void byLibrary(MemorySegment mapped, int storage, Arena arena) throws Throwable {
    SymbolLookup liburing = SymbolLookup.libraryLookup("liburing.so.2", arena);
    MemorySegment ring = arena.allocate(216, 8);
    MethodHandle init =
        LINKER.downcallHandle(
            liburing.findOrThrow("io_uring_queue_init"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    check((int) init.invokeExact(4, ring, 0), 0);
    MethodHandle next =
        LINKER.downcallHandle(
            liburing.findOrThrow("io_uring_get_sqe"), FunctionDescriptor.of(ADDRESS, ADDRESS));
    MethodHandle submit =
        LINKER.downcallHandle(
            liburing.findOrThrow("io_uring_submit_and_wait"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    for (int i = 0; i < 6; i++) {
      MemorySegment entry = ((MemorySegment) next.invokeExact(ring)).reinterpret(64);
      entry(entry, READ_OP, storage, 10L * i, mapped.address() + 8192 + i, 101 + i);
      check((int) submit.invokeExact(ring, 1), 1); // line libraryRead
      // What io_uring_cqe_seen, which is inline, does.
      MemorySegment head = ring.get(ADDRESS, 104).reinterpret(4);
      head.set(JAVA_INT, 0, head.get(JAVA_INT, 0) + 1);
    }
    MethodHandle exit =
        LINKER.downcallHandle(
            liburing.findOrThrow("io_uring_queue_exit"), FunctionDescriptor.ofVoid(ADDRESS));
    exit.invokeExact(ring);
  }

  private static void aio(MemorySegment mapped, int storage, Arena arena) throws Throwable {
    MemorySegment context = arena.allocate(8, 8);
    check(call(206, 8, context.address(), 0, 0, 0), 0);
    long id = context.get(JAVA_LONG, 0);
    MemorySegment block = arena.allocate(64, 8);
    block.set(JAVA_SHORT, 16, (short) 1);
    block.set(JAVA_INT, 20, storage);
    block.set(JAVA_LONG, 24, mapped.address() + 12_288);
    block.set(JAVA_LONG, 32, 2222);
    block.set(JAVA_LONG, 40, 333);
    MemorySegment blocks = arena.allocate(8, 8);
    blocks.set(ADDRESS, 0, block);
    check(call(209, id, 1, blocks.address(), 0, 0), 1); // line ioSubmit
    MemorySegment events = arena.allocate(32, 8);
    check(call(208, id, 1, 1, events.address(), 0), 1); // line ioGetevents
    check(call(207, id, 0, 0, 0, 0), 0);
  }

  private static long call(long number, long a, long b, long c, long d, long e) throws Throwable {
    return (long) SYSCALL.invokeExact(number, a, b, c, d, e, 0L);
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }
}
