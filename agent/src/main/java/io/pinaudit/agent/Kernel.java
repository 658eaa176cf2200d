package io.pinaudit.agent;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the agent asks the kernel: through /proc at first, for the foreign linker takes long to
 * start, and through system calls once the linker runs anyway or the answers are asked for often.
 *
 * <p>Any thread.
 */
final class Kernel {
  private static final int MANY = 1000;
  private static final int F_GETFL = 3; // fcntl.h
  private static final int O_DIRECT = directFlag(); // fcntl.h

  // Both or none; written once.
  private volatile SystemCalls calls;
  // Counted without care: a lost update only delays the link.
  private int questions;

  private record SystemCalls(MethodHandle gettid, MethodHandle fcntl) {}

  /** The bit of open(2) that x86 and ARM number differently. */
  private static int directFlag() {
    return System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;
  }

  /** Links the system calls if that pays; not to be called from a hook of a fast call. */
  void linkIfWorthwhile() {
    if (questions > MANY) {
      link();
    }
  }

  /** Links the system calls where the JDK can. */
  void link() {
    if (calls == null && ForeignMemory.AVAILABLE) {
      try {
        calls =
            new SystemCalls(
                NativeLinker.intFunction("gettid", 0, -1), NativeLinker.intFunction("fcntl", 2, 2));
      } catch (Throwable t) {
        // A JDK that has moved its linker: /proc goes on answering.
        return;
      }
    }
  }

  /** Id of the kernel thread that runs the current thread, virtual or not; −1 if unknown. */
  long threadId() {
    SystemCalls linked = calls;
    try {
      return linked == null ? threadIdOfProc() : (int) linked.gettid.invokeExact();
    } catch (Throwable t) {
      return -1;
    }
  }

  private long threadIdOfProc() throws IOException {
    questions++;
    // "4711/task/4712"
    Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    return Long.parseLong(link.getFileName().toString());
  }

  /** Whether a descriptor was opened with O_DIRECT. */
  boolean isDirect(int descriptor) {
    SystemCalls linked = calls;
    try {
      int flags =
          linked == null
              ? flagsOfProc(descriptor)
              : (int) linked.fcntl.invokeExact(descriptor, F_GETFL);
      return flags != -1 && (flags & O_DIRECT) != 0;
    } catch (Throwable t) {
      return false;
    }
  }

  private static int flagsOfProc(int descriptor) throws IOException {
    // "flags:	02144002", octal
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor))) {
      if (line.startsWith("flags:")) {
        return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
      }
    }
    return -1;
  }
}
