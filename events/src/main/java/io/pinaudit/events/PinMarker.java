package io.pinaudit.events;

/**
 * How a program, or a library with native code of its own, tells the agent what it has pinned.
 *
 * <p>Without the agent both methods do nothing and cost nothing. With it each pin is an event, and
 * one that lives while its file is truncated or deleted is a finding. Any thread; a pin may end on
 * another thread than it began.
 */
public final class PinMarker {
  private PinMarker() {}

  /**
   * Memory is pinned from now on.
   *
   * @param memory a direct {@link java.nio.Buffer}, of which the part from position to limit is
   *     meant, or a {@code java.lang.foreign.MemorySegment}
   * @param holder what pins it, as a report shall call it
   */
  public static void pin(Object memory, String holder) {}

  /**
   * The last pin of this holder at the same address has ended.
   *
   * @param memory begins where the memory of {@link #pin} began
   */
  public static void unpin(Object memory, String holder) {}
}
