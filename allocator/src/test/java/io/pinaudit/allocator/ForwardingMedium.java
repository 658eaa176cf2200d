package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.Medium;
import java.lang.foreign.MemorySegment;

/** Does all to other storage, but for what a test has it do differently. */
class ForwardingMedium implements Medium {
  private final Medium storage;

  ForwardingMedium(Medium storage) {
    this.storage = storage;
  }

  @Override
  public void write(long offsetBytes, MemorySegment bytes) {
    storage.write(offsetBytes, bytes);
  }

  @Override
  public void force(long offsetBytes, long lengthBytes) {
    storage.force(offsetBytes, lengthBytes);
  }

  /** For tests that only have to be fast. */
  static Medium withoutForce(Medium storage) {
    return new ForwardingMedium(storage) {
      @Override
      public void force(long offsetBytes, long lengthBytes) {}
    };
  }
}
