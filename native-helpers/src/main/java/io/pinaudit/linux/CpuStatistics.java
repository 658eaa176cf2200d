package io.pinaudit.linux;

/**
 * What one CPU's trace buffer lost.
 *
 * @param cpu its number
 * @param overrun events overwritten before they were read
 * @param droppedEvents events that found the buffer full
 */
public record CpuStatistics(int cpu, long overrun, long droppedEvents) {
  /** Events that the kernel produced and the trace does not hold. */
  public long lost() {
    return overrun + droppedEvents;
  }

  /** {@code per_cpu/cpuN/stats}: one {@code name: value} a line. */
  static CpuStatistics parse(int cpu, String stats) {
    return new CpuStatistics(cpu, value(stats, "overrun: "), value(stats, "dropped events: "));
  }

  private static long value(String stats, String name) {
    return stats
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
        .findFirst()
        .orElse(0);
  }
}
