package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.LeaseState;

/** What a free, a shrink, a truncate or a close does when it meets a pin. */
public enum PinPolicy {
  /**
   * The I/O gets a copy in DRAM, which is written back when the pin is closed, unless the storage
   * was freed meanwhile. Nothing waits for the pin, only the end of a close is put off; the copying
   * is the cost.
   */
  COPY(LeaseState.COPY_PIN),
  /** The free returns at once; the storage is given back by whoever closes the last pin. */
  DEFER(LeaseState.DEFER_PIN),
  /** The free waits for the last pin, up to a deadline. */
  WAIT(LeaseState.WAIT_PIN);

  /** What one pin adds to the lease's word. */
  final long pinUnit;

  PinPolicy(long pinUnit) {
    this.pinUnit = pinUnit;
  }
}
