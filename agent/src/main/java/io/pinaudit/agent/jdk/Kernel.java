package io.pinaudit.agent.jdk;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the kernel about threads and descriptors: through /proc at first, because the foreign linker
 * takes long to start, and through system calls once the linker runs anyway.
 *
 * <p>Safe for any thread.
 */
public final class Kernel {
  private static final int F_GETFL = 3; // fcntl.h
  private static final int O_ACCMODE = 3; // fcntl.h
  private static final int O_DIRECT = directFlag(); // fcntl.h
  private static final int MS_ASYNC = 1; // asm-generic/mman-common.h
  private static final int FIONREAD = 0x541b; // asm-generic/ioctls.h
  private static final int MANY_THREADS = 10_000;

  // Both or none; written once.
  private volatile SystemCalls calls;
  // By number of the Java thread; not of virtual threads, which have no kernel thread of their own.
  private final Map<Long, Long> threadIds = new ConcurrentHashMap<>();

  private record SystemCalls(
      MethodHandle gettid, MethodHandle fcntl, MethodHandle ioctl, MethodHandle msync) {}

  /** Returns O_DIRECT of open(2), which x86 and ARM number differently. */
  private static int directFlag() {
    return System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;
  }

  /** Links the system calls if the JDK can. */
  public void link() {
    if (calls == null && ForeignMemory.AVAILABLE) {
      try {
        calls =
            new SystemCalls(
                NativeLinker.function("gettid", -1),
                NativeLinker.function("fcntl", 2, int.class, int.class),
                NativeLinker.function("ioctl", 2, int.class, long.class, long.class),
                NativeLinker.function("msync", -1, long.class, long.class, int.class));
      } catch (Throwable t) {
        // A JDK that has moved its linker: /proc goes on answering.
        return;
      }
    }
  }

  /**
   * Returns the id of the kernel thread that runs the current thread, virtual or not; −1 if
   * unknown.
   */
  public long threadId() {
    Thread thread = Thread.currentThread();
    if (JdkInternals.isVirtual(thread)) {
      return askThreadId();
    }
    Long number = JdkInternals.number(thread);
    Long known = threadIds.get(number);
    return known != null ? known : remember(number, askThreadId());
  }

  private long remember(Long number, long threadId) {
    if (threadIds.size() > MANY_THREADS) {
      threadIds.clear();
    }
    if (threadId >= 0) {
      threadIds.put(number, threadId);
    }
    return threadId;
  }

  private long askThreadId() {
    SystemCalls linked = calls;
    try {
      return linked == null ? threadIdOfProc() : (int) linked.gettid.invokeExact();
    } catch (Throwable t) {
      return -1;
    }
  }

  private static long threadIdOfProc() throws IOException {
    // "4711/task/4712"
    Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    return Long.parseLong(link.getFileName().toString());
  }

  /** Returns whether a descriptor was opened with O_DIRECT. */
  public boolean isDirect(int descriptor) {
    int flags = flags(descriptor);
    return flags != -1 && (flags & O_DIRECT) != 0;
  }

  /** Returns whether a descriptor was opened for reading only. */
  public boolean isReadOnly(int descriptor) {
    int flags = flags(descriptor);
    return flags != -1 && (flags & O_ACCMODE) == 0;
  }

  /** Returns how many bytes a read from a pipe would find; −1 if the kernel cannot be asked. */
  public int readableBytes(int descriptor) {
    SystemCalls linked = calls;
    if (linked == null) {
      return -1;
    }
    ByteBuffer count = ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
    try {
      int failed =
          (int) linked.ioctl.invokeExact(descriptor, (long) FIONREAD, JdkInternals.address(count));
      return failed == 0 ? count.getInt(0) : -1;
    } catch (Throwable t) {
      return -1;
    } finally {
      Reference.reachabilityFence(count);
    }
  }

  /**
   * Returns whether something is mapped at an address; true if the kernel cannot be asked. It
   * writes nothing: since Linux 2.6.19 msync(2) with MS_ASYNC does no more than look.
   */
  public boolean isMapped(long address) {
    SystemCalls linked = calls;
    long page = JdkInternals.pageBytes();
    try {
      return linked == null
          || (int) linked.msync.invokeExact(address - address % page, page, MS_ASYNC) == 0;
    } catch (Throwable t) {
      return true;
    }
  }

  /** Returns −1 if they are not known. */
  private int flags(int descriptor) {
    SystemCalls linked = calls;
    try {
      return linked == null
          ? flagsOfProc(descriptor)
          : (int) linked.fcntl.invokeExact(descriptor, F_GETFL);
    } catch (Throwable t) {
      return -1;
    }
  }

  private static int flagsOfProc(int descriptor) throws IOException {
    // Not through a channel, whose reads are hooked and lead here.
    try (BufferedReader lines =
        new BufferedReader(
            new FileReader("/proc/self/fdinfo/" + descriptor, StandardCharsets.US_ASCII))) {
      // "flags:	02144002", octal
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("flags:")) {
          return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
        }
      }
      return -1;
    }
  }
}
