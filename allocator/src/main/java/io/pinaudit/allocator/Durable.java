package io.pinaudit.allocator;

/** A committed extent, as the extent map has it. */
record Durable(long id, long offset, long length, String name) {
  long end() {
    return offset + length;
  }
}
