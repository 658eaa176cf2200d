package io.pinaudit.allocator.storage;

/** A committed extent, as the extent map has it. */
public record Durable(long id, long offset, long length, String name) {
  public long end() {
    return offset + length;
  }
}
