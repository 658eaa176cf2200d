package io.pinaudit.agent.meet;

/**
 * The bytes that one side of a pair is about: bytes of a file, or of the memory of this process.
 *
 * @param device device number of the file, as stat(2) gives it; −1 for memory
 * @param inode inode number of the file; 0 for memory
 * @param from first byte: an offset in the file, or an address
 * @param to the byte after the last; {@link Long#MAX_VALUE} for everything up to the end
 * @param use the part that the file or the memory plays in the call
 */
public record Reach(long device, long inode, long from, long to, Use use) {
  /** The part that a file or memory plays in a call. */
  public enum Use {
    /** Mapped pages of a file, which are the buffer of an I/O. */
    BUFFER("buffer"),
    /** Bytes of a file that direct I/O reads or writes. */
    STORAGE("storage"),
    /** Addresses of memory. */
    MEMORY("memory");

    private final String text;

    Use(String text) {
      this.text = text;
    }

    /** Returns the part as events spell it. */
    public String text() {
      return text;
    }
  }

  /** Returns a range of memory. */
  public static Reach memory(long address, long lengthBytes) {
    return new Reach(-1, 0, address, end(address, lengthBytes), Use.MEMORY);
  }

  /**
   * Returns a range of a file.
   *
   * @param lengthBytes {@link Long#MAX_VALUE} for everything up to the end of the file
   */
  public static Reach file(Use use, long device, long inode, long offset, long lengthBytes) {
    return new Reach(device, inode, offset, end(offset, lengthBytes), use);
  }

  private static long end(long from, long lengthBytes) {
    long to = from + Math.max(0, lengthBytes);
    return to < from ? Long.MAX_VALUE : to;
  }

  /** Returns the bytes that both have in common; null if they have none in common. */
  Reach common(Reach other) {
    long first = Math.max(from, other.from);
    long end = Math.min(to, other.to);
    return use == other.use && device == other.device && inode == other.inode && first < end
        ? new Reach(device, inode, first, end, use)
        : null;
  }
}
