package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;

/**
 * The storage of the extent map. After a crash it has all that was forced, and any part of the
 * rest.
 */
public interface Medium {
  void write(long offset, MemorySegment bytes);

  /** Returns when what was written to the range before is durable. */
  void force(long offset, long length);
}
