package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.Stamp;

/**
 * One step of the proof of a finding.
 *
 * @param role what part the step plays in the proof
 * @param stamp when the step happened, and where the recording says so
 * @param actor who did the step
 * @param place the file and blocks that the step concerned; null if the role needs none
 * @param count how many such steps this one stands for, such as the pins of several pages or
 *     several calls of one line
 */
public record Step(Role role, Stamp stamp, Actor actor, Place place, long count) {
  /** The part that a step plays in a proof, in the order in which reports tell the steps. */
  public enum Role {
    /** Memory was given to the kernel for I/O, which took references on its pages. */
    PINNED(Side.HOLDS),
    /**
     * An I/O was given memory or a file; it was not seen whether the I/O takes references on pages.
     */
    TRANSFERRED(Side.HOLDS),
    /** The program asked for a long-term pin. */
    REGISTERED(Side.HOLDS),
    /** The size of a file was set, a range of it punched, or its last name removed. */
    CUT(Side.TAKES),
    /** The count of their references said that pages were held when they left their file. */
    COUNTED(Side.NEITHER),
    /** Blocks went back to the file system. */
    FREED(Side.TAKES),
    /** A page was removed from its file's page cache. */
    ORPHANED(Side.TAKES),
    /** Memory was unmapped. */
    UNMAPPED(Side.NEITHER),
    /** A truncate waited. */
    STALLED(Side.TAKES),
    /** Freed blocks were given to a file. */
    REUSED(Side.NEITHER),
    /** The last of the pins was dropped, or the I/O ended. */
    DROPPED(Side.NEITHER),
    /** The memory was mapped. */
    MAPPED(Side.HOLDS);

    private final Side side;

    Role(Side side) {
      this.side = side;
    }

    /** Returns whether the step begins to hold memory or a range of a file. */
    public boolean holds() {
      return side == Side.HOLDS;
    }

    /** Returns whether the step takes pages or blocks from a file, or waits to do so. */
    public boolean takes() {
      return side == Side.TAKES;
    }
  }

  /** The side of a hazard that a step is on. */
  private enum Side {
    HOLDS,
    TAKES,
    NEITHER
  }
}
