package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.LeaseState;

/** What a free, a shrink, a truncate or a close does when it meets a pin. */
public enum PinPolicy {
  /**
   * The I/O uses a copy in DRAM. The copy is written back when the pin is closed, unless the
   * storage was freed in the meantime. No free waits for the pin; only the unmapping at a close is
   * put off until it is closed. It costs memory, and a copy in each direction of its {@link
   * Transfer}.
   */
  COPY(LeaseState.COPY_PIN),
  /** The free returns at once. Closing the last pin makes the storage free. */
  DEFER(LeaseState.DEFER_PIN),
  /** The free waits until the last pin is closed, or until its patience is over. */
  WAIT(LeaseState.WAIT_PIN);

  /** The number that one pin adds to the lease's word. */
  final long pinUnit;

  PinPolicy(long pinUnit) {
    this.pinUnit = pinUnit;
  }
}
