import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
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

/**
 * Maps, pins, truncates and deletes through foreign functions; prints what the system says of it.
 */
public final class ForeignProgram {
  private static final long SIZE = 1_999_993;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private ForeignProgram() {}

  public static void main(String[] args) throws Throwable {
    Path folder = Path.of(args[0]);
    System.out.println("tid " + Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      MethodHandle pipe = function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
      int ignored = (int) pipe.invokeExact(ends);
      splice(folder.resolve("spliced.dat"), ends.getAtIndex(JAVA_INT, 1), arena);
      map(folder.resolve("mapped.dat"), arena);
      name(folder, arena);
    }
  }

  private static void splice(Path path, int pipe, Arena arena) throws Throwable {
    MethodHandle vmsplice =
        function(
            "vmsplice",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
            ERRNO);
    MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      System.out.println("spliced " + Stat.of(path));
      try (Arena mapping = Arena.ofConfined()) {
        MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, SIZE, mapping); // line map
        MemorySegment vector = arena.allocate(32, 8);
        vector.set(ADDRESS, 0, mapped.asSlice(8192, 4096));
        vector.set(JAVA_LONG, 8, 4096);
        vector.set(ADDRESS, 16, mapped.asSlice(40961, 777));
        vector.set(JAVA_LONG, 24, 777);
        check(4873 == (long) vmsplice.invokeExact(state, pipe, vector, 2L, 0)); // line vmsplice
        check(-1 == (long) vmsplice.invokeExact(state, 4711, vector, 1L, 0)); // line vmspliceFails
        check(-1 == (long) vmsplice.invokeExact(state, pipe, MemorySegment.ofAddress(8), 1L, 0));
        write(mapped, pipe);
      } // line arenaClose
      Files.delete(path); // line delete
    }
  }

  private static void write(MemorySegment mapped, int pipe) throws Throwable {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    MethodHandle unbound = LINKER.downcallHandle(type);
    MemorySegment write =
        SymbolLookup.libraryLookup("libc.so.6", Arena.global()).find("write").get();
    check(
        333
            == (long)
                unbound.invokeExact(write, pipe, mapped.asSlice(100, 333), 333L)); // line write
    FunctionDescriptor words =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    MethodHandle syscall = function("syscall", words, Linker.Option.firstVariadicArg(1));
    check(
        444
            == (long)
                syscall.invokeExact(1L, pipe, mapped.asSlice(200, 444), 444L)); // line syscall
  }

  private static void map(Path path, Arena arena) throws Throwable {
    MethodHandle open =
        function(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MemorySegment name = arena.allocateFrom(path.toString());
    int fd = (int) open.invokeExact(name, 0102, 0600);
    System.out.println("mapped " + Stat.of(path));
    MethodHandle ftruncate =
        function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    check(0 == (int) ftruncate.invokeExact(fd, SIZE)); // line ftruncate
    MethodHandle mmap =
        function(
            "mmap",
            FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    MemorySegment at =
        (MemorySegment) mmap.invokeExact(MemorySegment.NULL, 40_960L, 3, 1, fd, 8192L); // line mmap
    MethodHandle munmap = function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    MemorySegment hole = MemorySegment.ofAddress(at.address() + 4096);
    check(0 == (int) munmap.invokeExact(hole, 4096L)); // line munmap
    MethodHandle pread =
        function(
            "pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    check(555 == (long) pread.invokeExact(fd, at.address() + 8193, 555L, 11L)); // line pread
    check(-1 == (long) pread.invokeExact(fd, at.address() + 4096, 555L, 11L));
    MethodHandle fallocate =
        function(
            "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    check(0 == (int) fallocate.invokeExact(fd, 3, 4096L, 12_288L)); // line fallocate
    check(fd < (int) open.invokeExact(name, 01002, 0)); // line openTruncates
    MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    check(0 == (int) close.invokeExact(fd)); // line close
  }

  private static void name(Path folder, Arena arena) throws Throwable {
    MemorySegment from = arena.allocateFrom(Files.createFile(folder.resolve("from")).toString());
    MemorySegment to = arena.allocateFrom(Files.createFile(folder.resolve("to")).toString());
    System.out.println("to " + Stat.of(folder.resolve("to")));
    System.out.println("from " + Stat.of(folder.resolve("from")));
    MethodHandle rename = function("rename", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    check(0 == (int) rename.invokeExact(from, to)); // line rename
    MethodHandle unlink = function("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    check(0 == (int) unlink.invokeExact(to)); // line unlink
  }

  private static MethodHandle function(
      String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  private static void check(boolean expected) {
    if (!expected) {
      throw new AssertionError();
    }
  }
}
