package io.pinaudit.allocator.storage;

import java.lang.foreign.MemorySegment;

/** Where the extent map is kept: storage that keeps what was forced, and anything of the rest. */
public interface Medium {
  void write(long offset, MemorySegment bytes);

  /** Returns when what was written to the range before is durable. */
  void force(long offset, long length);
}
