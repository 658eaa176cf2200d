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
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import sun.misc.Unsafe;

/** A ring that names files and buffers by number, and memory that is freed under its requests. */
public final class NumbersProgram {
  private static final int SIZE = 1_999_993;
  private static final int BLOCK = 40_000_003;
  private static final byte NOP = 0;
  private static final byte RECVMSG = 10;
  private static final byte FALLOCATE = 17;
  private static final byte FILES_UPDATE = 20;
  private static final byte READ_OP = 22;
  private static final byte PROVIDE_BUFFERS = 31;
  private static final byte READ_MULTISHOT = 49;
  private static final byte FTRUNCATE = 55;
  private static final byte FIXED_FILE = 1;
  private static final byte LINK = 1 << 2;
  private static final byte SKIP_SUCCESS = 1 << 6;
  private static final byte BUFFER_SELECT = 1 << 5;
  private static final Linker LINKER = Linker.nativeLinker();
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
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(2));

  private static final MethodHandle MALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("malloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

  private final Arena arena = Arena.global();
  private final Path folder;
  private final int ring;
  private final MemorySegment params = arena.allocate(120, 8);
  private final MemorySegment queue;
  private final MemorySegment entries;
  private int tail;

  private NumbersProgram(Path folder) throws Throwable {
    this.folder = folder;
    ring = (int) call(425, 8, params.address(), 0, 0);
    queue = map(1 << 14, 0);
    entries = map(8 * 64, 0x10000000L);
  }

  public static void main(String[] args) throws Throwable {
    NumbersProgram program = new NumbersProgram(Path.of(args[0]));
    program.files();
    program.buffers();
    program.arenas();
    program.otherMemory();
    program.ranges();
    program.messages();
    program.failures();
    program.mappings();
    new NumbersProgram(Path.of(args[0])).unseen();
  }

  private void files() throws Throwable {
    MemorySegment cut = mapped("cut.dat");
    int fd = open("cut.dat");
    mapped("other.dat");
    int index = open("other.dat");
    MemorySegment table = arena.allocate(4L * (index + 1), 4);
    for (int i = 0; i <= index; i++) {
      table.setAtIndex(JAVA_INT, i, i == index ? fd : -1);
    }
    check(call(427, ring, 2, table.address(), index + 1), 0);
    check(call(3, fd, 0, 0, 0), 0);
    MemorySegment entry = entry(FTRUNCATE, FIXED_FILE, index);
    entry.set(JAVA_LONG, 8, 12_345);
    check(submit(1), 0); // line fixedTruncate
    try {
      System.out.println("cut " + cut.get(JAVA_BYTE, 100_000));
    } catch (InternalError e) {
      System.out.println("cut fault");
    }
    entry = entry(FTRUNCATE, FIXED_FILE, index - 1);
    entry.set(JAVA_LONG, 8, 5);
    check(submit(1), -9); // line unknownFile
    MemorySegment other = arena.allocate(JAVA_INT);
    other.set(JAVA_INT, 0, open("other.dat"));
    entry = entry(FILES_UPDATE, (byte) 0, -1);
    entry.set(JAVA_LONG, 8, index - 1);
    entry.set(JAVA_LONG, 16, other.address());
    entry.set(JAVA_INT, 24, 1);
    check(submit(1), 1);
    entry = entry(FTRUNCATE, FIXED_FILE, index - 1);
    entry.set(JAVA_LONG, 8, 1_999_001);
    check(submit(1), 0); // line updatedFile
  }

  private void buffers() throws Throwable {
    MemorySegment mapped = mapped("provided.dat");
    provide(mapped, 7);
    provide(arena.allocate(8192), 8);
    int[] pipe = pipe();
    for (int group = 7; group <= 9; group++) {
      MemorySegment entry = entry(READ_OP, BUFFER_SELECT, pipe[0]);
      entry.set(JAVA_INT, 24, 100);
      entry.set(JAVA_LONG, 8, -1L);
      entry.set(JAVA_SHORT, 40, (short) group);
      write(pipe[1]);
      System.out.println("group " + group + " " + submit(1)); // line select
    }
  }

  private void provide(MemorySegment memory, int group) throws Throwable {
    MemorySegment entry = entry(PROVIDE_BUFFERS, (byte) 0, 2);
    entry.set(JAVA_LONG, 16, memory.address());
    entry.set(JAVA_INT, 24, 4096);
    entry.set(JAVA_SHORT, 40, (short) group);
    check(submit(1), 0);
  }

  /** Blocks so large that their memory is unmapped when they are freed, and cannot be spoiled. */
  private void arenas() throws Throwable {
    Arena freed = Arena.ofShared();
    int[] pipe = pipe();
    read(pipe[0], freed.allocate(BLOCK).address(), 65_521);
    freed.close(); // line closeEarly
    write(pipe[1]);
    check(wait(1), -14);
    pipe = pipe();
    Arena waited = Arena.ofShared();
    read(pipe[0], waited.allocate(BLOCK).address(), 65_519);
    write(pipe[1]);
    check(wait(1), 5);
    waited.close(); // line closeAfterWait
    Arena polled = Arena.ofShared();
    read(pipe[0], polled.allocate(BLOCK).address(), 65_517);
    pollFor(pipe);
    polled.close(); // line closeAfterPoll
    Arena other = Arena.ofShared();
    other.allocate(50_000);
    Arena used = Arena.ofShared();
    read(pipe[0], used.allocate(BLOCK).address(), 65_515);
    other.close(); // line closeOther
    write(pipe[1]);
    check(wait(1), 5);
    used.close();
  }

  private void otherMemory() throws Throwable {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Unsafe unsafe = (Unsafe) field.get(null);
    int[] pipe = pipe();
    ByteBuffer direct = ByteBuffer.allocateDirect(BLOCK);
    read(pipe[0], MemorySegment.ofBuffer(direct).address() + 99, 900);
    unsafe.invokeCleaner(direct); // line clean
    write(pipe[1]);
    check(wait(1), -14);
    pipe = pipe();
    MemorySegment block = (MemorySegment) MALLOC.invokeExact((long) BLOCK);
    read(pipe[0], block.address(), 3001);
    FREE.invokeExact(block); // line free
    write(pipe[1]);
    check(wait(1), -14);
    pipe = pipe();
    long memory = unsafe.allocateMemory(BLOCK);
    long bystander = unsafe.allocateMemory(5003);
    read(pipe[0], memory, 3003);
    unsafe.freeMemory(bystander); // line freeBystander
    unsafe.freeMemory(memory); // line freeMemory
    write(pipe[1]);
    check(wait(1), -14);
    unsafe.freeMemory(unsafe.allocateMemory(BLOCK)); // line freeNothing
  }

  /** Ranges are taken out of a file, and put into one. */
  private void ranges() throws Throwable {
    mapped("collapsed.dat");
    int fd = open("collapsed.dat");
    check(call(285, fd, 8, 4096, 40_960), 0); // line collapse
    mapped("inserted.dat");
    fd = open("inserted.dat");
    check(call(285, fd, 32, 4096, 8192), 0); // line insert
    mapped("ring.dat");
    MemorySegment entry = entry(FALLOCATE, (byte) 0, open("ring.dat"));
    entry.set(JAVA_LONG, 16, 20_480);
    entry.set(JAVA_INT, 24, 8);
    check(submit(1), 0); // line ringCollapse
    mapped("punched.dat");
    fd = open("punched.dat");
    check(call(285, fd, 3, 0, SIZE + 4096), 0); // line punch
  }

  /**
   * Mapped memory goes before a request ends, and after the program has seen its end in the ring.
   */
  private void mappings() throws Throwable {
    int[] pipe = pipe();
    Arena polled = Arena.ofShared();
    read(pipe[0], mapped("polled.dat", polled).address(), 2003);
    pollFor(pipe);
    polled.close(); // line unmapAfterPoll
    Arena early = Arena.ofShared();
    read(pipe[0], mapped("early.dat", early).address(), 2005);
    early.close(); // line unmapEarly
    write(pipe[1]);
    check(wait(1), -14);
    pipe = pipe();
    read(pipe[0], mapped("left.dat", arena).address(), 2007);
    pollFor(pipe);
    check(call(3, ring, 0, 0, 0), 0); // line closeRing
  }

  /** Native code unmaps the ring, as nobody sees, while a request is under way. */
  private void unseen() throws Throwable {
    read(pipe()[0], arena.allocate(4096).address(), 2013);
    Arena other = Arena.ofShared();
    mapped("after.dat", other);
    // It calls munmap(2) to compare the key, an address, with an element: where the length is.
    MethodHandle search =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("bsearch"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
    MemorySegment length = MemorySegment.ofAddress(queue.byteSize());
    MemorySegment unmap = LINKER.defaultLookup().findOrThrow("munmap");
    MemorySegment found = (MemorySegment) search.invokeExact(queue, length, 1L, 1L, unmap);
    check(found.address(), length.address());
    other.close(); // line unmapAfterRing
    System.out.println("still here");
  }

  /** Requests that take their buffers from a message, or from a group again and again. */
  private void messages() throws Throwable {
    int[] pair = pair();
    MemorySegment range = arena.allocate(16, 8);
    range.set(JAVA_LONG, 0, mapped("message.dat").address());
    range.set(JAVA_LONG, 8, 2009);
    MemorySegment message = arena.allocate(56, 8);
    message.set(ADDRESS, 16, range);
    message.set(JAVA_LONG, 24, 1);
    entry(RECVMSG, (byte) 0, pair[0]).set(JAVA_LONG, 16, message.address());
    check(call(426, ring, 1, 0, 0), 1); // line receive
    write(pair[1]);
    check(wait(1), 5);
    int[] pipe = pipe();
    MemorySegment entry = entry(READ_MULTISHOT, BUFFER_SELECT, pipe[0]);
    entry.set(JAVA_LONG, 8, -1L);
    entry.set(JAVA_SHORT, 40, (short) 7);
    call(426, ring, 1, 0, 0); // line again
    write(pipe[1]);
    wait(1);
  }

  private int[] pair() throws Throwable {
    MemorySegment ends = arena.allocate(8, 4);
    check(call(53, 1, 1, 0, ends.address()), 0);
    return new int[] {ends.get(JAVA_INT, 0), ends.get(JAVA_INT, 4)};
  }

  /** Cuts that fail, and reads that have no completion. */
  private void failures() throws Throwable {
    mapped("kept.dat");
    int readOnly =
        (int) OPEN.invokeExact(arena.allocateFrom(folder.resolve("kept.dat").toString()), 0);
    entry(FTRUNCATE, (byte) 0, readOnly).set(JAVA_LONG, 8, 5);
    check(submit(1), -22); // line failingTruncate
    MemorySegment silent = entry(READ_OP, (byte) (LINK | SKIP_SUCCESS), open("other.dat"));
    silent.set(JAVA_LONG, 16, mapped("silent.dat").address());
    silent.set(JAVA_INT, 24, 2011);
    entry(NOP, (byte) 0, -1);
    check(call(426, ring, 2, completionTail() - consumed() + 1, 1), 2); // line silent
    check(lastResult(), 0);
  }

  /** Waits for a request without any call. */
  private void pollFor(int[] pipe) throws Throwable {
    int before = completionTail();
    write(pipe[1]);
    while (completionTail() == before) {
      Thread.onSpinWait();
    }
    check(lastResult(), 5);
  }

  private MemorySegment mapped(String name) throws Exception {
    return mapped(name, arena);
  }

  private MemorySegment mapped(String name, Arena arena) throws Exception {
    try (FileChannel channel = FileChannel.open(folder.resolve(name), CREATE, READ, WRITE)) {
      MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, SIZE, arena);
      mapped.set(JAVA_BYTE, 100_000, (byte) 1);
      return mapped;
    }
  }

  private int open(String name) throws Throwable {
    return (int) OPEN.invokeExact(arena.allocateFrom(folder.resolve(name).toString()), 2);
  }

  private void read(int from, long address, int lengthBytes) throws Throwable {
    MemorySegment entry = entry(READ_OP, (byte) 0, from);
    entry.set(JAVA_LONG, 8, -1L);
    entry.set(JAVA_LONG, 16, address);
    entry.set(JAVA_INT, 24, lengthBytes);
    check(call(426, ring, 1, 0, 0), 1); // line read
  }

  private int[] pipe() throws Throwable {
    MemorySegment ends = arena.allocate(8, 4);
    check(call(293, ends.address(), 0, 0, 0), 0);
    return new int[] {ends.get(JAVA_INT, 0), ends.get(JAVA_INT, 4)};
  }

  private void write(int end) throws Throwable {
    check(call(1, end, arena.allocate(5).address(), 5, 0), 5);
  }

  private MemorySegment entry(byte code, byte flags, int fd) {
    int index = tail & 7;
    MemorySegment entry = entries.asSlice(index * 64L, 64);
    entry.fill((byte) 0);
    entry.set(JAVA_BYTE, 0, code);
    entry.set(JAVA_BYTE, 1, flags);
    entry.set(JAVA_INT, 4, fd);
    entry.set(JAVA_LONG, 32, 1000L + tail);
    queue.set(JAVA_INT, params.get(JAVA_INT, 64) + 4L * index, index);
    tail++;
    queue.set(JAVA_INT, params.get(JAVA_INT, 44), tail);
    return entry;
  }

  /** The result of an entry that is submitted and waited for. */
  private int submit(int count) throws Throwable {
    check(call(426, ring, count, completionTail() - consumed() + 1, 1), count);
    return lastResult();
  }

  private int wait(int count) throws Throwable {
    check(call(426, ring, 0, count, 1), 0);
    return lastResult();
  }

  private int lastResult() {
    int index = (completionTail() - 1) & (params.get(JAVA_INT, 4) - 1);
    int result = queue.get(JAVA_INT, params.get(JAVA_INT, 100) + 16L * index + 8);
    queue.set(JAVA_INT, params.get(JAVA_INT, 80), completionTail());
    return result;
  }

  private int consumed() {
    return queue.get(JAVA_INT, params.get(JAVA_INT, 80));
  }

  private int completionTail() {
    return (int) JAVA_INT.varHandle().getVolatile(queue, params.get(JAVA_INT, 84) + 0L);
  }

  private MemorySegment map(long bytes, long offset) throws Throwable {
    MemorySegment at =
        (MemorySegment) MMAP.invokeExact(MemorySegment.NULL, bytes, 3, 0x8001, ring, offset);
    return at.reinterpret(bytes);
  }

  private static long call(long number, long a, long b, long c, long d) throws Throwable {
    return (long) SYSCALL.invokeExact(number, a, b, c, d, 0L, 0L);
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }
}
