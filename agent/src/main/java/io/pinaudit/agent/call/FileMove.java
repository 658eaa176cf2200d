package io.pinaudit.agent.call;

import io.pinaudit.agent.state.FileState;

/** Bytes that a call moves from one file or socket to another. */
public record FileMove(String operation, Place source, Place target, long lengthBytes) {
  /**
   * A place in a file.
   *
   * @param offsetBytes offset in the file; −1 for the file position
   */
  public record Place(FileState file, long offsetBytes) {}
}
