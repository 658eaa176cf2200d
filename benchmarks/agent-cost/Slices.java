import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The worker's side of {@link Turns}: does a slice of its work whenever it is told to. */
final class Slices {
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2; // time.h
  private static final MethodHandle CLOCK_GETTIME =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  /** A slice of work, always the same amount. */
  interface Work {
    void run() throws Exception;
  }

  private Slices() {}

  /**
   * Reads a line, works, prints how many nanoseconds passed and how many of CPU time all threads of
   * the JVM took; until there are no lines.
   */
  static void serve(Work work) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    while (lines.readLine() != null) {
      long start = System.nanoTime();
      long cpuStart = cpuNanos();
      work.run();
      long nanos = System.nanoTime() - start;
      System.out.println(nanos + " " + (cpuNanos() - cpuStart));
    }
  }

  /** Not that of the JVM's own interface, which counts in clock ticks of 10 ms. */
  private static long cpuNanos() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      int failed = (int) CLOCK_GETTIME.invokeExact(CLOCK_PROCESS_CPUTIME_ID, time);
      if (failed != 0) {
        throw new IllegalStateException("clock_gettime(CLOCK_PROCESS_CPUTIME_ID) fails");
      }
      return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000 + time.getAtIndex(JAVA_LONG, 1);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
