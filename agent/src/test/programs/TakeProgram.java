import java.io.File;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Takes memory and files away in unusual ways while asynchronous reads or pipes use them. */
public final class TakeProgram {
  private static final int SIZE = 65_536;
  private static final int PAGE = 4_096;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MethodHandle MMAP = function("mmap", LONG, LONG, INT, INT, INT, LONG);
  private static final MethodHandle MUNMAP = function("munmap", LONG, LONG);
  private static final MethodHandle MREMAP = function("mremap", LONG, LONG, LONG, INT, LONG);
  private static final MethodHandle PIPE = function("pipe", ValueLayout.ADDRESS);
  private static final MethodHandle READ = function("read", INT, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle CLOSE = function("close", INT);
  private static final MethodHandle LIMIT = function("setrlimit", INT, ValueLayout.ADDRESS);
  private static final MethodHandle VMSPLICE =
      function("vmsplice", INT, ValueLayout.ADDRESS, LONG, INT);
  private static Path folder;

  private TakeProgram() {}

  private static MethodHandle function(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(), FunctionDescriptor.of(LONG, parameters));
  }

  public static void main(String[] args) throws Throwable {
    folder = Path.of(args[0]);
    try (Reads reads = new Reads()) {
      asynchronous(reads);
      anonymous(reads);
      mixed(reads);
      loose(reads);
    }
    remapped();
    privately();
    busy();
    noDescriptors();
    child();
    System.out.println("end");
  }

  private static void tell(String name, Callable<?> call) {
    long start = System.nanoTime();
    String result;
    try {
      result = "done " + call.call();
    } catch (Exception e) {
      result = e.getClass().getSimpleName();
    }
    System.out.println(name + " " + result);
    System.out.println(name + ".millis " + (System.nanoTime() - start) / 1_000_000);
  }

  private static long call(MethodHandle function, Object... arguments) {
    try {
      return (long) function.invokeWithArguments(arguments);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  private static FileChannel open(String name) throws Exception {
    Files.write(folder.resolve(name), new byte[SIZE]);
    return FileChannel.open(
        folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static MemorySegment map(FileChannel channel, Arena arena) throws Exception {
    return channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
  }

  /** Asynchronous reads that do not begin for a while. */
  private static final class Reads implements AutoCloseable {
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final AsynchronousFileChannel channel;
    private final List<Future<Integer>> reads = new ArrayList<>();

    Reads() throws Exception {
      Path path = Files.write(folder.resolve("storage.dat"), new byte[SIZE]);
      channel = AsynchronousFileChannel.open(path, Set.of(StandardOpenOption.READ), one);
    }

    /** Lets a read into each of these begin as soon as this thread stands still. */
    void into(MemorySegment... targets) {
      Thread waiting = Thread.currentThread();
      CountDownLatch go = held(targets);
      new Thread(
              () -> {
                Still.await(waiting);
                go.countDown();
              })
          .start();
    }

    /** Has a read into each of these wait; returns what lets them begin. */
    CountDownLatch held(MemorySegment... targets) {
      CountDownLatch go = new CountDownLatch(1);
      one.submit(
          () -> {
            go.await();
            return null;
          });
      for (MemorySegment target : targets) {
        reads.add(channel.read(target.asByteBuffer(), 0));
      }
      return go;
    }

    long bytes() throws Exception {
      long bytes = 0;
      for (Future<Integer> read : reads) {
        bytes += read.get();
      }
      reads.clear();
      return bytes;
    }

    @Override
    public void close() throws Exception {
      channel.close();
      one.shutdown();
    }
  }

  private static void asynchronous(Reads reads) throws Exception {
    FileChannel channel = open("async.dat");
    Path path = folder.resolve("async.dat");
    try (Arena arena = Arena.ofShared();
        AsynchronousFileChannel cut =
            AsynchronousFileChannel.open(path, StandardOpenOption.WRITE)) {
      reads.into(map(channel, arena));
      tell("readOnly", () -> FileChannel.open(path, StandardOpenOption.READ).truncate(0));
      tell("negative", () -> channel.truncate(-1));
      tell("createNew", () -> FileChannel.open(path, NEW));
      tell("cut", () -> cut.truncate(0).size()); // line cut
      tell("read", reads::bytes);
    }
    FileChannel other = open("async.dat");
    try (Arena arena = Arena.ofShared()) {
      CountDownLatch go = reads.held(map(other, arena));
      Thread thread = new Thread(() -> interrupted(other));
      thread.start();
      Still.await(thread);
      thread.interrupt();
      thread.join();
      go.countDown();
      System.out.println("open " + other.isOpen());
      reads.bytes();
    }
  }

  private static final Set<StandardOpenOption> NEW =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.TRUNCATE_EXISTING);

  private static void interrupted(FileChannel channel) {
    tell("interrupted", () -> channel.truncate(0)); // line interrupted
    System.out.println("flag " + Thread.currentThread().isInterrupted());
  }

  /** Memory of no file. */
  private static void anonymous(Reads reads) {
    long address = call(MMAP, 0L, 2L * PAGE, 3, 0x22, -1, 0L);
    reads.into(MemorySegment.ofAddress(address).reinterpret(2L * PAGE));
    tell("munmap", () -> call(MUNMAP, address, 2L * PAGE)); // line munmap
    tell("munmap.read", reads::bytes);
  }

  /** When the guard sees that a read has ended, the JDK lets go of its arena a moment later. */
  private static void closeOnceReleased(Arena arena) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        if (!e.getMessage().contains("acquired")) {
          throw e;
        }
        Thread.sleep(1);
      }
    }
    arena.close();
  }

  /** An arena of two files and of memory of none. */
  private static void mixed(Reads reads) throws Exception {
    try (FileChannel first = open("first.dat");
        FileChannel second = open("second.dat")) {
      Arena arena = Arena.ofShared();
      MemorySegment used = map(first, arena);
      map(second, arena);
      reads.into(used, arena.allocate(PAGE));
      tell( // line mixed
          "mixed",
          () -> {
            closeOnceReleased(arena);
            return "";
          });
      tell("mixed.read", reads::bytes);
      System.out.println("second " + isMapped("second.dat"));
    }
  }

  /** Arenas that the JDK does not close. */
  private static void loose(Reads reads) throws Exception {
    Arena implicit = Arena.ofAuto();
    reads.into(implicit.allocate(PAGE));
    tell(
        "implicit",
        () -> {
          implicit.close();
          return "";
        });
    reads.bytes();
  }

  private static int[] pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment fds = arena.allocate(8);
      call(PIPE, fds);
      return new int[] {fds.get(INT, 0), fds.get(INT, 4)};
    }
  }

  private static void lend(int sink, long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vector = arena.allocate(16, 8);
      vector.set(LONG, 0, address);
      vector.set(LONG, 8, bytes);
      call(VMSPLICE, sink, vector, 1L, 0);
    }
  }

  private static void drain(int source, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      call(READ, source, arena.allocate(bytes), bytes);
    }
  }

  /** A mapping is made shorter, and replaced. */
  private static void remapped() throws Exception {
    Files.write(folder.resolve("remapped.dat"), new byte[SIZE]);
    int[] pipe = pipe();
    long address;
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("remapped.dat").toFile(), "rw")) {
      address = call(MMAP, 0L, (long) SIZE, 3, 1, descriptor("remapped.dat"), 0L);
    }
    lend(pipe[1], address + 3L * PAGE, PAGE);
    call(MREMAP, address, (long) SIZE, (long) PAGE, 0, 0L); // line shrunk
    long other = call(MMAP, 0L, (long) PAGE, 3, 0x22, -1, 0L);
    call(MREMAP, other, (long) PAGE, (long) PAGE, 3, address);
    System.out.println("remapped " + isMapped("remapped.dat"));
    drain(pipe[0], PAGE);
    for (int i = 0; i < 300 && isMapped("remapped.dat"); i++) {
      Thread.sleep(10);
    }
    System.out.println("read " + isMapped("remapped.dat"));
  }

  /** A private mapping cannot be mapped once more: a descriptor keeps the file. */
  private static void privately() throws Throwable {
    int[] pipe = pipe();
    try (FileChannel channel = open("private.dat")) {
      Arena arena = Arena.ofShared();
      MemorySegment pages = channel.map(FileChannel.MapMode.PRIVATE, 0, SIZE, arena);
      lend(pipe[1], pages.address(), PAGE);
      arena.close(); // line private
    }
    System.out.println("private " + descriptors("private.dat"));
    drain(pipe[0], PAGE);
    for (int i = 0; i < 300 && descriptors("private.dat") > 0; i++) {
      Thread.sleep(10);
    }
    System.out.println("private.read " + descriptors("private.dat"));
  }

  private static int descriptors(String name) throws Exception {
    int count = 0;
    for (File link : new File("/proc/self/fd").listFiles()) {
      count += link.getCanonicalPath().endsWith("/" + name) ? 1 : 0;
    }
    return count;
  }

  private static int descriptor(String name) throws Exception {
    for (File link : new File("/proc/self/fd").listFiles()) {
      if (link.getCanonicalPath().endsWith("/" + name)) {
        return Integer.parseInt(link.getName());
      }
    }
    throw new IllegalStateException(name + " is not open");
  }

  /** A pipe that is never empty: what was lent long ago has been read all the same. */
  private static void busy() throws Exception {
    try (FileChannel channel = open("busy.dat");
        Arena arena = Arena.ofShared()) {
      MemorySegment pages = map(channel, arena);
      int[] pipe = pipe();
      lend(pipe[1], pages.address() + 2L * PAGE, PAGE);
      for (int i = 0; i < 500; i++) {
        lend(pipe[1], pages.address() + (i % 2) * (long) PAGE, PAGE);
        drain(pipe[0], PAGE);
      }
      tell("busy", () -> channel.truncate(2L * PAGE).size());
      tell("full", () -> channel.truncate(PAGE));
      drain(pipe[0], PAGE);
      tell("empty", () -> channel.truncate(0).size());
    }
  }

  /** No descriptor is left to look into pipes with. */
  private static void noDescriptors() throws Exception {
    int[] pipe = pipe();
    try (FileChannel channel = open("limit.dat")) {
      Arena arena = Arena.ofShared();
      lend(pipe[1], map(channel, arena).address(), PAGE);
      call(CLOSE, pipe[1]);
      limit(5);
      arena.close();
      Thread.sleep(100);
      limit(4_096);
    }
    System.out.println("limited " + isMapped("limit.dat"));
    drain(pipe[0], PAGE);
  }

  private static void limit(long descriptors) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(16, 8);
      limit.set(LONG, 0, descriptors);
      limit.set(LONG, 8, 4_096);
      call(LIMIT, 7, limit);
    }
  }

  /** Another process has the pipe, and this one no longer. */
  private static void child() throws Exception {
    int[] pipe = pipe();
    int[] go = pipe();
    Process child;
    try (FileChannel channel = open("child.dat")) {
      Arena arena = Arena.ofShared();
      lend(pipe[1], map(channel, arena).address(), PAGE);
      child =
          new ProcessBuilder("sh", "-c", "read line </proc/$PPID/fd/" + go[0] + "; cat >/dev/null")
              .redirectInput(new File("/proc/self/fd/" + pipe[0]))
              .start();
      call(CLOSE, pipe[0]);
      call(CLOSE, pipe[1]);
      arena.close();
    }
    Thread.sleep(100);
    System.out.println("child " + isMapped("child.dat"));
    try (RandomAccessFile sink = new RandomAccessFile("/proc/self/fd/" + go[1], "rw")) {
      sink.write('\n');
    }
    child.waitFor();
    for (int i = 0; i < 300 && isMapped("child.dat"); i++) {
      Thread.sleep(10);
    }
    System.out.println("ended " + isMapped("child.dat"));
  }

  private static boolean isMapped(String name) throws Exception {
    return Files.readString(Path.of("/proc/self/maps")).contains("/" + name);
  }
}
