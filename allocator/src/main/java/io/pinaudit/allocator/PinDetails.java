package io.pinaudit.allocator;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a pin knows that is not the plain one.
 *
 * @param exact whether the place is this pin's own, or that of its name's first pin
 * @param copy null unless the policy is COPY
 */
record PinDetails(
    String name,
    String thread,
    List<StackTraceElement> takenAt,
    boolean exact,
    MemorySegment memory,
    CopyOfRange copy) {
  PinReport report(Lease lease) {
    return new PinReport(lease.describe(), name, thread, takenAt, exact);
  }
}
