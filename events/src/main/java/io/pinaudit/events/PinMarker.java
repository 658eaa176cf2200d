package io.pinaudit.events;

/**
 * Lets a program, or a library with native code of its own, report to the agent what it has pinned.
 *
 * <p>Without the agent both methods do nothing and cost nothing. With the agent each pin becomes an
 * event, and a pin that lives while its file is truncated or deleted becomes a finding. Any thread
 * may call these methods; a pin may end on another thread than the one that began it.
 */
public final class PinMarker {
  private PinMarker() {}

  /**
   * Reports that memory is pinned from now on.
   *
   * @param memory a direct {@link java.nio.Buffer}, of which the part from position to limit
   *     counts, or a {@code java.lang.foreign.MemorySegment}
   * @param holder the name under which reports show what pins the memory
   */
  public static void pin(Object memory, String holder) {}

  /**
   * Reports that the last pin of this holder at the same address has ended.
   *
   * @param memory memory that begins at the same address as that given to {@link #pin}
   */
  public static void unpin(Object memory, String holder) {}
}
