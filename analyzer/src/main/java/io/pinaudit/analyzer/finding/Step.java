package io.pinaudit.analyzer.finding;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.Stamp;

/**
 * One step of the proof of a finding.
 *
 * @param role what the step is
 * @param stamp when, and where it was read
 * @param actor who did it
 * @param place what it concerned; null if the role needs none
 * @param count how many such steps it stands for: pins of several pages, several calls of one line
 */
public record Step(Role role, Stamp stamp, Actor actor, Place place, long count) {
  /** What a step is, in the order in which a report tells them. */
  public enum Role {
    /** Memory was given to the kernel for I/O, which took references on its pages. */
    PINNED,
    /** Memory, or a file, was given to an I/O; whether that pins was not seen. */
    TRANSFERRED,
    /** A long-term pin was asked for. */
    REGISTERED,
    /** The size of a file was set, a range of it punched, or its last name removed. */
    CUT,
    /** Blocks went back to the file system. */
    FREED,
    /** A page was removed from its file's page cache. */
    ORPHANED,
    /** Memory was unmapped. */
    UNMAPPED,
    /** A truncate waited. */
    STALLED,
    /** Freed blocks were given to a file. */
    REUSED,
    /** The last of the pins was dropped, or the I/O came to its end. */
    DROPPED,
    /** The memory was mapped. */
    MAPPED
  }
}
