package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * The events that one CPU's trace buffer lost.
 *
 * @param cpu number of the CPU
 * @param overrun events overwritten before they were read
 * @param droppedEvents events that found the buffer full
 * @param commitOverrun events that interrupted the writing of other events and found no room
 */
public record CpuStatistics(int cpu, long overrun, long droppedEvents, long commitOverrun) {
  private static final int FILE_BYTES = 1024;

  /** Returns the number of events that the kernel produced and that the trace does not hold. */
  public long lost() {
    return overrun + droppedEvents + commitOverrun;
  }

  /** Returns the sum of these losses and those of a second buffer of the same CPU. */
  public CpuStatistics plus(CpuStatistics other) {
    return new CpuStatistics(
        cpu,
        overrun + other.overrun,
        droppedEvents + other.droppedEvents,
        commitOverrun + other.commitOverrun);
  }

  /** Parses {@code per_cpu/cpuN/stats}, which has one {@code name: value} in each line. */
  public static CpuStatistics parse(int cpu, String stats) {
    return new CpuStatistics(
        cpu,
        value(stats, "overrun: "),
        value(stats, "dropped events: "),
        value(stats, "commit overrun: "));
  }

  /**
   * Returns how many bytes of events in the buffer are not read yet, from an open {@code stats}
   * file.
   */
  public static long unreadBytes(FileChannel stats) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(FILE_BYTES);
    int length = Math.max(0, stats.read(text, 0));
    return value(new String(text.array(), 0, length, StandardCharsets.US_ASCII), "bytes: ");
  }

  /** Returns the number that a {@code stats} file has under a name; 0 if it has none. */
  private static long value(String stats, String name) {
    int line = ("\n" + stats).indexOf("\n" + name);
    int from = line + name.length();
    int to = from;
    while (line >= 0 && to < stats.length() && Character.isDigit(stats.charAt(to))) {
      to++;
    }
    return line < 0 ? 0 : Long.parseLong(stats, from, to, 10);
  }
}
