package io.pinaudit.allocator;

import java.util.List;

/**
 * A free, shrink, close or other change has waited for pins in vain: its patience was over, or the
 * thread was interrupted, in which case its interrupt status is set. Nothing was changed, and the
 * call can be made again.
 */
public final class StillPinnedException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final transient List<PinReport> pins;

  StillPinnedException(String message, List<PinReport> pins) {
    super(message);
    this.pins = List.copyOf(pins);
  }

  /** Returns the pins that it waited for, as far as they are known; empty after deserialization. */
  public List<PinReport> pins() {
    return pins == null ? List.of() : pins;
  }
}
