package io.pinaudit.analyzer.tracedat;

import io.pinaudit.linux.event.EventFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a trace.dat says about itself.
 *
 * @param layout layout of its pages
 * @param formats formats of events, by their number
 * @param tasks names of threads, by their number
 * @param symbols functions by address
 * @param clock name of the trace's clock; empty if it is not given
 * @param cpus where the data of each CPU are
 */
record TraceDat(
    PageLayout layout,
    Map<Integer, EventFormat> formats,
    Map<Integer, String> tasks,
    Symbols symbols,
    String clock,
    List<CpuData> cpus) {
  /**
   * Where the pages of a CPU are.
   *
   * @param cpu number of the CPU
   * @param offset offset in the file
   * @param sizeBytes size as stored
   * @param pageBytes size of a page
   * @param compression how the pages are packed
   */
  record CpuData(int cpu, long offset, long sizeBytes, int pageBytes, Compression compression) {}

  /** Parses lines of {@code pid name}. */
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
