package io.pinaudit.analyzer.tracedat;

import io.pinaudit.linux.event.EventFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a trace.dat says of itself.
 *
 * @param layout of its pages
 * @param formats events by number
 * @param tasks names of threads
 * @param symbols functions by address
 * @param clock name of the trace's clock; empty if it does not say
 * @param cpus the data of each CPU
 */
record TraceDat(
    PageLayout layout,
    Map<Integer, EventFormat> formats,
    Map<Integer, String> tasks,
    Symbols symbols,
    String clock,
    List<CpuData> cpus) {
  /**
   * Where a CPU's pages are.
   *
   * @param cpu its number
   * @param offset in the file
   * @param sizeBytes as stored
   * @param pageBytes size of a page
   * @param compression how they are packed
   */
  record CpuData(int cpu, long offset, long sizeBytes, int pageBytes, Compression compression) {}

  /** {@code pid name}, one a line. */
  static Map<Integer, String> tasks(String text) {
    Map<Integer, String> tasks = new HashMap<>();
    for (String line : text.lines().toList()) {
      int blank = line.indexOf(' ');
      if (blank > 0
          && blank < 10
          && line.chars().limit(blank).allMatch(c -> c >= '0' && c <= '9')) {
        tasks.put(Integer.parseInt(line.substring(0, blank)), line.substring(blank + 1));
      }
    }
    return tasks;
  }
}
