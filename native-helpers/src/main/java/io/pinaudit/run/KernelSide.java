package io.pinaudit.run;

import java.util.List;
import java.util.Map;

/**
 * Describes the kernel's trace of a run: how to read the trace, which probes were attached, and
 * what was lost.
 *
 * @param traceFile name of the trace in the run directory
 * @param syscallsFile name of the trace that holds the system calls; null if they are in the other
 *     trace
 * @param probeSet name of the probe set (package {@code io.pinaudit.probe})
 * @param constants the set's kernel constants
 * @param vmemmapBase address of the page struct of page frame 0; 0 if unknown
 * @param pageStructBytes size of a page struct in bytes
 * @param pageSizeBytes size of a page in bytes
 * @param probes every probe of the set and whether it was attached
 * @param cpus the events that each CPU lost
 * @param clockAheadNanos what the trace's clock shows minus CLOCK_MONOTONIC; 0 if it is that clock
 * @param finished whether the trace was read to its end
 */
public record KernelSide(
    String traceFile,
    String syscallsFile,
    String probeSet,
    Map<String, Long> constants,
    long vmemmapBase,
    int pageStructBytes,
    int pageSizeBytes,
    List<ProbeState> probes,
    List<CpuStatistics> cpus,
    long clockAheadNanos,
    boolean finished) {
  /**
   * One probe of the set.
   *
   * @param name the event's name in the trace
   * @param evidence the kind of evidence that the probe gives
   * @param reason why the probe was not attached; null if it was
   * @param missed hits that the kernel could not record; {@link #UNCOUNTED} if the recorder does
   *     not count them
   */
  public record ProbeState(String name, String evidence, String reason, long missed) {
    /** The value of {@code missed} if the recorder does not count missed hits. */
    public static final long UNCOUNTED = -1;

    /** Returns whether the probe recorded during the run. */
    public boolean attached() {
      return reason == null;
    }
  }
}
