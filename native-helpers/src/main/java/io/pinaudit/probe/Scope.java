package io.pinaudit.probe;

import io.pinaudit.run.Evidence;
import java.util.EnumSet;
import java.util.Set;

/** Says how much of the kernel's side is recorded. */
public enum Scope {
  /** Every pin and every drop is recorded, and what happens to pinned pages and blocks. */
  WHOLE,
  /**
   * Only what is done to pages that somebody holds is recorded: no I/O adds an event. The holder is
   * known as far as the agent tells it.
   */
  HAZARDS;

  private static final Set<Evidence> OF_HAZARDS =
      EnumSet.of(
          Evidence.COUNTS,
          Evidence.FREES,
          Evidence.INODES,
          Evidence.WAITS,
          Evidence.REMOVALS,
          Evidence.THREADS,
          Evidence.CUTTERS,
          Evidence.FAULTS);

  /** What tells nothing that another event of the same call does not tell as well. */
  private static final Set<String> TOLD_TWICE =
      Set.of(
          "ext4_remove_blocks",
          "ext4_unlink_enter",
          "ext4_truncate_enter",
          "ext4_truncate_exit",
          "ext4_punch_hole");

  /** Returns whether a probe is recorded, by what it gives and by what it costs everybody. */
  boolean has(Probe probe) {
    return switch (this) {
      case WHOLE -> true;
      // The tracepoint of one system call slows down all of them.
      case HAZARDS ->
          OF_HAZARDS.contains(probe.evidence())
              && !TOLD_TWICE.contains(probe.name())
              && !(probe instanceof Probe.Tracepoint point && point.group().equals("syscalls"));
    };
  }
}
