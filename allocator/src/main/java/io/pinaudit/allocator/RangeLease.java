package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.MappingCache;
import java.lang.foreign.MemorySegment;

/** The lease of one pin on a range of a {@link PinnedFile}. */
final class RangeLease extends Lease {
  private final DeferredActions actions;
  private final MappingCache.Mapped mapped;
  private final long from;
  private final long to;

  RangeLease(DeferredActions actions, MappingCache.Mapped mapped, long from, long to) {
    super(actions.holders());
    this.actions = actions;
    this.mapped = mapped;
    this.from = from;
    this.to = to;
  }

  /** Returns the part of the mapping that the lease covers. */
  MemorySegment range() {
    return mapped.slice(from, to - from);
  }

  MappingCache.Mapped mapped() {
    return mapped;
  }

  boolean meets(long otherFrom, long otherTo) {
    return from < otherTo && otherFrom < to;
  }

  @Override
  Object lock() {
    return actions.lock();
  }

  @Override
  MemorySegment memory() {
    throw new AssertionError("each pin of a file has memory of its own");
  }

  @Override
  String describe() {
    return "range %d+%d of %s".formatted(from, to - from, actions);
  }

  @Override
  void reclaimed() {}

  @Override
  void settled() {
    actions.settled(this);
  }

  @Override
  void afterSettle() {}
}
