package io.pinaudit.linux;

/**
 * What one CPU's trace buffer lost.
 *
 * @param cpu its number
 * @param overrun events overwritten before they were read
 * @param droppedEvents events that found the buffer full
 * @param commitOverrun events that interrupted the writing of others and found no room
 */
public record CpuStatistics(int cpu, long overrun, long droppedEvents, long commitOverrun) {
  /** Events that the kernel produced and the trace does not hold. */
  public long lost() {
    return overrun + droppedEvents + commitOverrun;
  }

  /** The sum for one CPU of which two buffers were recorded. */
  CpuStatistics plus(CpuStatistics other) {
    return new CpuStatistics(
        cpu,
        overrun + other.overrun,
        droppedEvents + other.droppedEvents,
        commitOverrun + other.commitOverrun);
  }

  /** {@code per_cpu/cpuN/stats}: one {@code name: value} a line. */
  static CpuStatistics parse(int cpu, String stats) {
    return new CpuStatistics(
        cpu,
        value(stats, "overrun: "),
        value(stats, "dropped events: "),
        value(stats, "commit overrun: "));
  }

  /** The number that such a file has under a name; 0 if it has none. */
  static long value(String stats, String name) {
    return stats
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
        .findFirst()
        .orElse(0);
  }
}
