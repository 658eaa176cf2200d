package io.pinaudit.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the kernel's message buffer through klogctl(3).
 *
 * <p>The lines before and after a run are compared by content, because the log's own times are not
 * CLOCK_MONOTONIC.
 */
public final class KernelLog {
  private static final int SYSLOG_ACTION_READ_ALL = 3; // include/linux/syslog.h
  private static final int SYSLOG_ACTION_SIZE_BUFFER = 10;

  private KernelLog() {}

  /**
   * Returns every line that is in the buffer now, oldest first; empty if this process may not read
   * the buffer.
   */
  public static List<String> lines() {
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle klogctl = klogctl();
      int size = (int) klogctl.invokeExact(SYSLOG_ACTION_SIZE_BUFFER, MemorySegment.NULL, 0);
      if (size <= 0) {
        return List.of();
      }
      MemorySegment buffer = arena.allocate(size);
      int read = (int) klogctl.invokeExact(SYSLOG_ACTION_READ_ALL, buffer, size);
      return read <= 0 ? List.of() : decode(buffer.asSlice(0, read));
    } catch (Throwable e) {
      return List.of();
    }
  }

  /** Returns the lines of {@code after} that were logged since {@code before} was read. */
  public static List<String> since(List<String> before, List<String> after) {
    if (before.isEmpty()) {
      return after;
    }
    int last = after.lastIndexOf(before.getLast());
    return after.subList(last + 1, after.size());
  }

  private static List<String> decode(MemorySegment text) {
    return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8).lines().toList();
  }

  @SuppressWarnings("restricted")
  private static MethodHandle klogctl() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("klogctl"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }
}
