import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Calls each function of the C library that no other program calls, all arguments as words. */
public final class SymbolProgram {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final long HERE = -100; // AT_FDCWD
  private static final long PAGE = 4096;

  private static final List<String> POINTERS = List.of("mmap", "mremap", "fopen", "freopen");

  private SymbolProgram() {}

  public static void main(String[] args) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      Path folder = Path.of(args[0]);
      Path path = Files.write(folder.resolve("a.dat"), new byte[65_536]);
      System.out.println("a " + Stat.of(path));
      MemorySegment name = arena.allocateFrom(path.toString());
      long fd = call("openat", HERE, name, 2, 0);
      long at = call("mmap", 0, 32_768, 3, 1, fd, 4096); // line mmap
      transfers(fd, at, arena);
      blocks(fd, at, name);
      pipes(fd, at, arena);
      sizes(name, arena);
      long moved = call("mremap", at, 32_768, 49_152, 1); // line mremap
      check(call("msync", moved, 49_152, 4), 0); // line msync
      check(call("munmap", moved, 49_152), 0);
      names(name, folder, arena);
      check(call("close", fd), 0); // line close
    }
  }

  private static void transfers(long fd, long at, Arena arena) throws Throwable {
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(ADDRESS, 0, MemorySegment.ofAddress(at + 777));
    vector.set(JAVA_LONG, 8, 111);
    check(call("read", fd, at + 5, 101), 101); // line read
    check(call("write", fd, at + 5, 102), 102); // line write
    check(call("readv", fd, vector, 1), 111); // line readv
    check(call("writev", fd, vector, 1), 111); // line writev
    check(call("pread", fd, at + 5, 103, 50_000), 103); // line pread
    check(call("pwrite", fd, at + 5, 104, 50_000), 104); // line pwrite
    check(call("preadv", fd, vector, 1, 50_001), 111); // line preadv
    check(call("pwritev", fd, vector, 1, 50_001), 111); // line pwritev
    check(call("preadv2", fd, vector, 1, 50_002, 0), 111); // line preadv2
    check(call("pwritev2", fd, vector, 1, 50_002, 0), 111); // line pwritev2
    check(call("pread64", fd, at + 5, 105, 50_000), 105); // line pread64
  }

  private static void blocks(long fd, long at, MemorySegment name) throws Throwable {
    check(call("fallocate", fd, 3, PAGE, PAGE), 0); // line fallocate
    check(call("posix_fallocate", fd, 2 * PAGE, PAGE), 0); // line posixFallocate
    check(call("madvise", at, PAGE, 9), 0); // line madvise
    check(call("ftruncate", fd, 65_000), 0); // line ftruncate
    check(call("truncate", name, 64_000), 0); // line truncate
    check(call("truncate64", name, 65_536), 0); // line truncate64
  }

  private static void pipes(long fd, long at, Arena arena) throws Throwable {
    MemorySegment ends = arena.allocate(8, 8);
    check(call("pipe", ends), 0);
    long out = ends.get(JAVA_LONG, 0) & 0xffffffffL;
    long in = ends.get(JAVA_LONG, 0) >>> 32;
    MemorySegment offset = arena.allocateFrom(JAVA_LONG, 7_000);
    check(call("splice", fd, offset, in, 0, 222, 0), 222); // line splice
    check(call("sendfile", in, fd, offset, 223), 223); // line sendfile
    MemorySegment others = arena.allocate(8, 8);
    check(call("pipe", others), 0);
    check(call("tee", out, others.get(JAVA_LONG, 0) >>> 32, 222, 0), 222); // line tee
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(ADDRESS, 0, MemorySegment.ofAddress(at + PAGE));
    vector.set(JAVA_LONG, 8, 333);
    check(call("vmsplice", in, vector, 1, 0), 333); // line vmsplice
    MemorySegment target = arena.allocateFrom(JAVA_LONG, 40_000);
    check(call("copy_file_range", fd, offset, fd, target, 224, 0), 224); // line copyFileRange
  }

  private static void sizes(MemorySegment name, Arena arena) throws Throwable {
    MemorySegment path = arena.allocateFrom(name.getString(0) + ".created");
    check(call("close", call("creat", path, 0600)), 0); // line creat
    check(call("close", call("open", path, 01002, 0)), 0); // line open
    check(call("close", call("openat", HERE, path, 01002, 0)), 0); // line openat
    MemorySegment how = arena.allocate(24, 8);
    how.set(JAVA_LONG, 0, 01002);
    check(call("close", call("syscall", 437, HERE, path, how, 24)), 0); // line openat2
    MemorySegment write = arena.allocateFrom("w");
    long stream = call("fopen", path, write); // line fopen
    check(call("fclose", call("freopen", path, write, stream)), 0); // line freopen
    check(call("fclose", call("fopen", path, arena.allocateFrom("r+"))), 0); // line update
    check(call("fopen", path, arena.allocateFrom("wx")), 0); // line exclusive
    check(call("remove", path), 0); // line remove
    check(call("mkdir", path, 0700), 0);
    check(call("remove", path), 0); // line rmdir
  }

  private static void names(MemorySegment name, Path folder, Arena arena) throws Throwable {
    MemorySegment second = arena.allocateFrom(folder.resolve("b.dat").toString());
    check(call("renameat", HERE, name, HERE, second), 0); // line renameat
    check(call("renameat2", HERE, second, HERE, name, 1), 0); // line renameat2
    check(call("rename", name, second), 0); // line rename
    check(call("unlinkat", HERE, second, 0), 0); // line unlinkat
  }

  private static long call(String function, Object... arguments) throws Throwable {
    MemoryLayout[] words = new MemoryLayout[arguments.length];
    Object[] values = new Object[arguments.length];
    Arrays.fill(words, JAVA_LONG);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          arguments[i] instanceof MemorySegment segment
              ? segment.address()
              : ((Number) arguments[i]).longValue();
    }
    MethodHandle handle =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(function), FunctionDescriptor.of(JAVA_LONG, words));
    long result = (long) handle.invokeWithArguments(values);
    // An int leaves the upper half of the word undefined.
    return POINTERS.contains(function) ? result : (int) result;
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }
}
