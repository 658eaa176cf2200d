package io.pinaudit.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Reads CLOCK_BOOTTIME, which is CLOCK_MONOTONIC plus the time that the machine was suspended. */
@SuppressWarnings("restricted")
public final class BootClock {
  private static final int CLOCK_BOOTTIME = 7; // time.h
  private static final long TIMESPEC_BYTES = 16;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int ATTEMPTS = 20;

  private static final MethodHandle CLOCK_GETTIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

  private BootClock() {}

  /**
   * Returns CLOCK_BOOTTIME minus CLOCK_MONOTONIC now, in nanoseconds; the error is some hundred
   * nanoseconds.
   */
  public static long aheadOfMonotonicNanos() {
    long narrowest = Long.MAX_VALUE;
    long ahead = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      long before = System.nanoTime();
      long boot = now();
      long after = System.nanoTime();
      if (after - before < narrowest) {
        narrowest = after - before;
        ahead = boot - (before + after) / 2;
      }
    }
    return ahead;
  }

  private static long now() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(TIMESPEC_BYTES, Long.BYTES);
      int result = (int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, time);
      if (result != 0) {
        throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME): " + result);
      }
      return time.get(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
          + time.get(ValueLayout.JAVA_LONG, Long.BYTES);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("clock_gettime(CLOCK_BOOTTIME)", e);
    }
  }
}
