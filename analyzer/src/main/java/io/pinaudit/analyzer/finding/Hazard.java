package io.pinaudit.analyzer.finding;

import java.util.Arrays;
import java.util.Optional;

/**
 * A way in which I/O on mapped or pinned memory can go wrong. Reports list hazards in this order. A
 * rule of the same name watches for each hazard, and the page {@code docs/rules/NAME.md} describes
 * it.
 */
public enum Hazard {
  /** Blocks of a DAX file are freed while pinned. */
  FREED_WHILE_PINNED("FreedWhilePinned"),
  /** Blocks are given to a file while an earlier pin on them lives. */
  REUSED_WHILE_PINNED("ReusedWhilePinned"),
  /** A change of a file's layout waits in the kernel for a pin. */
  TRUNCATE_STALLED_BY_PIN("TruncateStalledByPin"),
  /** A page of the page cache loses its file while pinned. */
  ORPHANED_WHILE_PINNED("OrphanedWhilePinned"),
  /** Memory is unmapped while an I/O uses it. */
  UNMAPPED_WHILE_PINNED("UnmappedWhilePinned"),
  /** A file shrinks below a live mapping of it. */
  TRUNCATED_BELOW_MAPPING("TruncatedBelowMapping"),
  /** Direct I/O is in flight on a range of a file that is truncated or punched. */
  STORAGE_ENDPOINT_RACE("StorageEndpointRace"),
  /** A long-term pin is asked for on memory of a mapped file. */
  LONGTERM_PIN_ON_FILE("LongtermPinOnFile"),
  /** Nothing orders a call that hands memory over and one that takes it away. */
  UNORDERED_CUT("UnorderedCut");

  private final String rule;

  Hazard(String rule) {
    this.rule = rule;
  }

  /** Returns the name of the hazard's rule, which its page and its findings carry as well. */
  public String rule() {
    return rule;
  }

  /** Returns the hazard that the rule of this name watches for; empty if there is no such rule. */
  public static Optional<Hazard> of(String rule) {
    return Arrays.stream(values()).filter(hazard -> hazard.rule.equals(rule)).findFirst();
  }

  @Override
  public String toString() {
    return rule;
  }
}
