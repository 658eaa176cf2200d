package io.pinaudit.analyzer.ftrace;

import java.util.Arrays;

/** Knows the time of the last event of each CPU. Confined to one thread. */
final class LastOfCpu {
  /** A number of CPUs that no machine exceeds; a line with a larger number is not believed. */
  static final int MOST_CPUS = 1 << 14;

  private static final long NONE = Long.MIN_VALUE;

  private long[] nanos = {};

  /** Notes an event. */
  void note(int cpu, long time) {
    if (cpu >= MOST_CPUS) {
      return;
    }
    if (cpu >= nanos.length) {
      int known = nanos.length;
      nanos = Arrays.copyOf(nanos, Math.max(cpu + 1, 2 * known));
      Arrays.fill(nanos, known, nanos.length, NONE);
    }
    nanos[cpu] = time;
  }

  /**
   * Returns the time of the CPU's last event, or of the CPU that is furthest behind if the CPU is
   * not known; 0 if there was no event.
   *
   * @param cpu -1 if unknown
   */
  long before(int cpu) {
    if (cpu >= 0) {
      return cpu < nanos.length && nanos[cpu] != NONE ? nanos[cpu] : 0;
    }
    return Arrays.stream(nanos).filter(time -> time != NONE).min().orElse(0);
  }
}
