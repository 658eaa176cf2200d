import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.locks.ReentrantLock;

/** Twins with what only newer JDKs have: see {@link MeetTwins}. */
public final class MeetTwins25 extends MeetTwins {
  private MeetTwins25() {}

  static void virtualRacy(Scene s) throws Exception {
    Thread pinner = Thread.startVirtualThread(() -> s.pin());
    pause();
    s.cut();
    pinner.join();
  }

  static void virtualOrdered(Scene s) throws Exception {
    Thread.startVirtualThread(() -> s.pin()).join();
    pause();
    s.cut();
  }

  static void virtualLockRacy(Scene s) throws Exception {
    virtuals(s, new ReentrantLock(), new ReentrantLock());
  }

  static void virtualLockOrdered(Scene s) throws Exception {
    ReentrantLock lock = new ReentrantLock();
    virtuals(s, lock, lock);
  }

  private static void virtuals(Scene s, ReentrantLock one, ReentrantLock other) throws Exception {
    Thread pinner =
        Thread.startVirtualThread(
            () -> {
              one.lock();
              s.pin();
              one.unlock();
            });
    Thread cutter =
        Thread.startVirtualThread(
            () -> {
              pause();
              other.lock();
              s.cut();
              other.unlock();
            });
    pinner.join();
    cutter.join();
  }

  static void virtualPoolRacy(Scene s) {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      pool.execute(() -> s.pin());
      pause();
      s.cut();
    }
  }

  static void virtualPoolOrdered(Scene s) {
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      pool.execute(() -> s.pin());
    }
    pause();
    s.cut();
  }

  static void scopeRacy(Scene s) throws Exception {
    try (var scope = StructuredTaskScope.open()) {
      scope.fork(() -> s.pin());
      scope.fork(
          () -> {
            pause();
            s.cut();
          });
      scope.join();
    }
  }

  static void scopeOrdered(Scene s) throws Exception {
    try (var scope = StructuredTaskScope.open()) {
      scope.fork(() -> s.pin());
      scope.join();
    }
    try (var scope = StructuredTaskScope.open()) {
      scope.fork(() -> s.cut());
      scope.join();
    }
  }

  // Calls of native functions.

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle FALLOCATE =
      function(
          "fallocate",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle WRITE =
      function(
          "pwrite",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().find("open").orElseThrow(),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type);
  }

  private static int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) OPEN.invokeExact(arena.allocateFrom(path), 2);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  private static void punch(int fd) {
    try {
      int result = (int) FALLOCATE.invokeExact(fd, 3, 0L, 16_384L);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  private static void write(Scene s, int fd) {
    try {
      MemorySegment memory = MemorySegment.ofBuffer(s.memory).asSlice(4_096, 4_096);
      long result = (long) WRITE.invokeExact(fd, memory, 4_096L, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  static void punchRacy(Scene s) throws Exception {
    int target =
        open(
            s.path
                .resolveSibling(s.path.getFileName().toString().replace(".dat", ".sink"))
                .toString());
    int fd = open(s.path.toString());
    both(
        () -> write(s, target),
        () -> {
          pause();
          punch(fd);
        });
  }

  static void punchOrdered(Scene s) throws Exception {
    int target =
        open(
            s.path
                .resolveSibling(s.path.getFileName().toString().replace(".dat", ".sink"))
                .toString());
    int fd = open(s.path.toString());
    CountDownLatch done = new CountDownLatch(1);
    both(
        () -> {
          write(s, target);
          done.countDown();
        },
        () -> {
          done.await();
          punch(fd);
        });
  }

  /** An arena counts the calls that use its memory: it is closed before or after them. */
  static void arenaOrdered(Scene s) throws Exception {
    Arena arena = Arena.ofShared();
    MemorySegment segment = s.channel.map(FileChannel.MapMode.READ_WRITE, 0, 16_384, arena);
    both(
        () -> unlessClosed(() -> s.sink.write(segment.asByteBuffer())),
        () -> {
          pause();
          unlessClosed(arena::close);
        });
  }

  private static void unlessClosed(Act act) {
    try {
      act.run();
    } catch (IllegalStateException e) {
      // Closed already, or in use: either is how the arena keeps order.
      return;
    } catch (Exception e) {
      throw new IllegalArgumentException(e);
    }
  }

  static void pipeRacy(Scene s) throws Exception {
    Pipe pipe = Pipe.open();
    both(
        () -> tolerant(() -> pipe.sink().write(s.memory.slice(0, 4_096))),
        () -> {
          pause();
          s.cut();
        });
  }

  static void pipeOrdered(Scene s) throws Exception {
    Pipe pipe = Pipe.open();
    both(
        () -> tolerant(() -> pipe.sink().write(s.memory.slice(0, 4_096))),
        () -> {
          pipe.source().read(java.nio.ByteBuffer.allocate(4_096));
          s.cut();
        });
  }

  public static void main(String[] args) throws Exception {
    run(MeetTwins.class, args);
    run(MeetTwins25.class, args);
  }
}
