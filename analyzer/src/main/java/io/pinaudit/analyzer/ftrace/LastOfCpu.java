package io.pinaudit.analyzer.ftrace;

import java.util.Arrays;

/** When the last event of each CPU was. One thread. */
final class LastOfCpu {
  /** No machine has more; a line that says so is not believed. */
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
   * The time of the CPU's last event, of whichever CPU is the furthest behind if it is not known; 0
   * if there was none.
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
