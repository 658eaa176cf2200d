package io.pinaudit.agent.state;

/**
 * What a descriptor stands for.
 *
 * @param direct whether it was opened with O_DIRECT and that means to bypass the page cache
 */
public record Endpoint(FileState file, boolean direct) {
  /** Of a descriptor that is not known. */
  public static final Endpoint UNKNOWN = new Endpoint(FileState.UNKNOWN, false);
}
