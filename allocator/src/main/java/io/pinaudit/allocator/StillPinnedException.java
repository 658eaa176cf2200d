package io.pinaudit.allocator;

import java.util.List;

/**
 * A wait for pins reached its deadline, or was interrupted (then the thread's interrupt status is
 * set). Nothing was changed; the call can be made again.
 */
public final class StillPinnedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient List<PinReport> pins;

  StillPinnedException(String message, List<PinReport> pins) {
    super(message);
    this.pins = List.copyOf(pins);
  }

  /** Who holds the pins, as far as it is known. */
  public List<PinReport> pins() {
    return pins == null ? List.of() : pins;
  }
}
