package io.pinaudit.analyzer.audit;

import io.pinaudit.run.Evidence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A part of a run that was not seen.
 *
 * @param of the kinds of evidence that the gap concerns; empty if no rule needs the missing part
 * @param text one line for people that says what is missing, and why
 */
record Gap(Set<Evidence> of, String text) {
  private static final Set<Evidence> KERNEL =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Evidence.CALLS, Evidence.CUTS)));

  /** Makes a gap in everything that the kernel's events show. */
  static Gap inKernel(String text) {
    return new Gap(KERNEL, text);
  }

  /** Makes a gap in the hooked calls of a JVM. */
  static Gap inCalls(String text) {
    return new Gap(Set.of(Evidence.CALLS), text);
  }

  /** Makes a gap in the knowledge of who makes files shorter that a JVM has mapped. */
  static Gap inCuts(String text) {
    return new Gap(Set.of(Evidence.CUTS), text);
  }

  /** Makes a gap in all evidence. */
  static Gap inAll(String text) {
    return new Gap(EnumSet.allOf(Evidence.class), text);
  }

  /** Makes a gap in what joins page frames to blocks. */
  static Gap inBlocks(String text) {
    return new Gap(
        EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES, Evidence.ALLOCATIONS), text);
  }

  /** Makes a note of a guess, or of a missing part that no rule needs; it raises no doubt. */
  static Gap nowhere(String text) {
    return new Gap(Set.of(), text);
  }

  boolean touches(Set<Evidence> evidence) {
    return !Collections.disjoint(of, evidence);
  }
}
