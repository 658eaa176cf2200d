package io.pinaudit.agent.guard;

import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.agent.stand.Stand;

/**
 * A call that is about to take memory, or a range of a file, away.
 *
 * @param path of the file; null if the memory is that of no file
 * @param refusedBy how the call may be refused
 */
public record Taking(Stand stand, Kind kind, String path, RefusedBy refusedBy) {
  /** What is taken. */
  public enum Kind {
    /** Bytes of a file, which goes on existing. */
    CUT,
    /** The last name of a file. */
    NAME,
    /** Addresses. */
    MEMORY
  }
}
