import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Lends mapped pages to pipes, and cuts or deletes their files before and after they are read. */
public final class LendProgram {
  private static final int SIZE = 8_192;
  private static final MethodHandle PIPE = function("pipe", ValueLayout.ADDRESS);
  private static final MethodHandle VMSPLICE =
      function(
          "vmsplice",
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static final MethodHandle READ =
      function("read", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  private static final MethodHandle TEE =
      function(
          "tee",
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private static Path folder;

  private LendProgram() {}

  private static MethodHandle function(String name, java.lang.foreign.MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters));
  }

  /** A pipe, by its two descriptors. */
  private record Pipe(int source, int sink) {
    static Pipe open() throws Throwable {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment fds = arena.allocate(8);
        long ignored = (long) PIPE.invokeExact(fds);
        return new Pipe(fds.get(ValueLayout.JAVA_INT, 0), fds.get(ValueLayout.JAVA_INT, 4));
      }
    }

    long lend(MemorySegment pages) throws Throwable {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment vector = arena.allocate(16, 8);
        vector.set(ValueLayout.JAVA_LONG, 0, pages.address());
        vector.set(ValueLayout.JAVA_LONG, 8, pages.byteSize());
        return (long) VMSPLICE.invokeExact(sink, vector, 1L, 0);
      }
    }

    void drain() throws Throwable {
      try (Arena arena = Arena.ofConfined()) {
        long ignored = (long) READ.invokeExact(source, arena.allocate(SIZE), (long) SIZE);
      }
    }
  }

  public static void main(String[] args) throws Throwable {
    folder = Path.of(args[0]);
    delete();
    cut();
    tee();
    own();
    System.out.println("end");
  }

  private static FileChannel open(String name) throws Exception {
    Files.write(folder.resolve(name), new byte[SIZE]);
    return FileChannel.open(
        folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static Pipe lent(FileChannel channel) throws Throwable {
    Pipe pipe = Pipe.open();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
      pages.fill((byte) 'A');
      System.out.println("lent " + pipe.lend(pages));
    } // line unmap
    return pipe;
  }

  private static void delete() throws Throwable {
    FileChannel channel = open("deleted.dat");
    Pipe pipe = lent(channel);
    channel.close();
    Files.delete(folder.resolve("deleted.dat"));
    System.out.println("deleted " + isMapped("deleted.dat"));
    pipe.drain();
    for (int i = 0; i < 300 && isMapped("deleted.dat"); i++) {
      Thread.sleep(10);
    }
    System.out.println("drained " + isMapped("deleted.dat"));
  }

  private static void cut() throws Throwable {
    try (FileChannel channel = open("cut.dat")) {
      Pipe pipe = lent(channel);
      drainLater(pipe);
      channel.truncate(SIZE - 1); // line cut
    }
  }

  /** A copy in another pipe holds the pages as well. */
  private static void tee() throws Throwable {
    try (FileChannel channel = open("teed.dat")) {
      Pipe pipe = lent(channel);
      Pipe copy = Pipe.open();
      long teed = (long) TEE.invokeExact(pipe.source(), copy.sink(), (long) SIZE, 0);
      System.out.println("teed " + teed);
      pipe.drain();
      drainLater(copy);
      channel.truncate(0); // line tee
    }
  }

  private static void drainLater(Pipe pipe) {
    Thread waiting = Thread.currentThread();
    new Thread(
            () -> {
              try {
                Still.await(waiting);
                pipe.drain();
              } catch (Throwable t) {
                throw new IllegalStateException(t);
              }
            })
        .start();
  }

  /** Nobody else reads the pipe. */
  private static void own() throws Throwable {
    try (FileChannel channel = open("own.dat")) {
      Pipe pipe = lent(channel);
      try {
        channel.truncate(0); // line own
      } catch (java.io.IOException e) {
        System.out.println("own " + e.getMessage());
      }
      pipe.drain();
      channel.truncate(0); // line drained
      System.out.println("size " + channel.size());
    }
  }

  private static boolean isMapped(String name) throws Exception {
    return Files.readString(Path.of("/proc/self/maps")).contains("/" + name);
  }
}
