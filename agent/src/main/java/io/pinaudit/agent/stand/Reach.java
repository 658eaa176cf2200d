package io.pinaudit.agent.stand;

import io.pinaudit.events.FileEvent;

/**
 * What a call is about: bytes of a file, or of the memory of this process.
 *
 * @param device of the file, as stat(2) has it; −1 for memory
 * @param inode of the file; 0 for memory
 * @param from first byte: an offset in the file, or an address
 * @param to the byte after the last; {@link Long#MAX_VALUE} for the rest
 * @param use as what the file or the memory takes part
 */
public record Reach(long device, long inode, long from, long to, Use use) {
  /** As what a file or memory takes part in a call. */
  public enum Use {
    /** Pages of a file that are mapped, and are the buffer of an I/O. */
    BUFFER(FileEvent.BUFFER),
    /** Bytes of a file that direct I/O reads or writes. */
    STORAGE(FileEvent.STORAGE),
    /** Addresses. */
    MEMORY(FileEvent.MEMORY),
    /** Addresses that the kernel goes on using when the call that names them has returned. */
    LENT(FileEvent.MEMORY);

    private final String text;

    Use(String text) {
      this.text = text;
    }

    /** Returns the words of events for it. */
    public String text() {
      return text;
    }
  }

  /** Returns a range of memory. */
  public static Reach memory(long address, long lengthBytes) {
    return new Reach(-1, 0, address, end(address, lengthBytes), Use.MEMORY);
  }

  /** Returns a range of memory that the kernel goes on using after the call. */
  public static Reach lent(long address, long lengthBytes) {
    return new Reach(-1, 0, address, end(address, lengthBytes), Use.LENT);
  }

  /**
   * Returns a range of a file.
   *
   * @param lengthBytes {@link Long#MAX_VALUE} for the rest
   */
  public static Reach file(Use use, long device, long inode, long offset, long lengthBytes) {
    return new Reach(device, inode, offset, end(offset, lengthBytes), use);
  }

  /**
   * Returns the part that the kernel may use when no call is under way. For files that is the same.
   */
  Reach afterCalls() {
    return use == Use.MEMORY ? new Reach(device, inode, from, to, Use.LENT) : this;
  }

  private static long end(long from, long lengthBytes) {
    long to = from + Math.max(0, lengthBytes);
    return to < from ? Long.MAX_VALUE : to;
  }

  boolean isOfFile() {
    return use == Use.BUFFER || use == Use.STORAGE;
  }

  /** Returns what both have in common; null if they have nothing in common. */
  Reach common(Reach other) {
    long first = Math.max(from, other.from);
    long end = Math.min(to, other.to);
    return use == other.use && device == other.device && inode == other.inode && first < end
        ? new Reach(device, inode, first, end, use)
        : null;
  }
}
