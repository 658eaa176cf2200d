package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.timeline.Evidence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Something of a run that was not seen.
 *
 * @param of the evidence that it is missing from; empty if no rule needs it
 * @param text one line for people: what, and why
 */
record Gap(Set<Evidence> of, String text) {
  private static final Set<Evidence> KERNEL =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Evidence.CALLS, Evidence.CUTS)));

  /** In anything that the kernel's side shows. */
  static Gap inKernel(String text) {
    return new Gap(KERNEL, text);
  }

  /** In the hooked calls of a JVM. */
  static Gap inCalls(String text) {
    return new Gap(Set.of(Evidence.CALLS), text);
  }

  /** In who makes files shorter that a JVM has mapped. */
  static Gap inCuts(String text) {
    return new Gap(Set.of(Evidence.CUTS), text);
  }

  /** In everything. */
  static Gap inAll(String text) {
    return new Gap(EnumSet.allOf(Evidence.class), text);
  }

  /** In what joins page frames to blocks. */
  static Gap inBlocks(String text) {
    return new Gap(
        EnumSet.of(Evidence.PINS, Evidence.DROPS, Evidence.FREES, Evidence.ALLOCATIONS), text);
  }

  /** A guess, or something that no rule needs: worth a word, and no doubt. */
  static Gap nowhere(String text) {
    return new Gap(Set.of(), text);
  }

  boolean touches(Set<Evidence> evidence) {
    return !Collections.disjoint(of, evidence);
  }
}
