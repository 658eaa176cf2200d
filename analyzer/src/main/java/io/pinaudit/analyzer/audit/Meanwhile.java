package io.pinaudit.analyzer.audit;

import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.util.List;

/**
 * What other recorders of the same boot saw that were at work from the beginning of a recording to
 * its end: a probe counts only while it was attached.
 *
 * @param kernels the kernel's sides of those recordings
 */
record Meanwhile(List<KernelSide> kernels) {
  /** Looks for those that cover one recording. */
  static Meanwhile of(Inputs one, List<Inputs> all) {
    return new Meanwhile(
        all.stream()
            .filter(other -> !other.equals(one) && !other.traces().isEmpty())
            .map(Inputs::description)
            .filter(other -> other != null && other.kernel() != null)
            .filter(other -> covers(other, one.description()))
            .map(RunDescription::kernel)
            .toList());
  }

  /**
   * Returns whether a recording was under way during all of another one. One whose end is not known
   * covers none, and is covered by none.
   */
  private static boolean covers(RunDescription other, RunDescription one) {
    return one != null
        && one.endNanos() >= 0
        && other.startNanos() <= one.startNanos()
        && other.endNanos() >= one.endNanos();
  }

  /** Returns whether one of them traced the kernel. */
  boolean traced() {
    return !kernels.isEmpty();
  }

  /** Returns whether one of them had a probe attached. */
  boolean attached(String probe) {
    return kernels.stream()
        .flatMap(kernel -> kernel.probes().stream())
        .anyMatch(each -> each.attached() && each.name().equals(probe));
  }
}
