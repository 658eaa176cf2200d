package io.pinaudit.agent.state;

/**
 * The file that a descriptor stands for, and how the descriptor was opened.
 *
 * @param direct whether the descriptor bypasses the page cache: it was opened with O_DIRECT on a
 *     file or device
 */
public record Endpoint(FileState file, boolean direct) {
  /** The endpoint of an unknown descriptor. */
  public static final Endpoint UNKNOWN = new Endpoint(FileState.UNKNOWN, false);
}
