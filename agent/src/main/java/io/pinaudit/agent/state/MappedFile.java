package io.pinaudit.agent.state;

/**
 * The file of a mapping as the kernel has it, and what was last seen of its size.
 *
 * <p>All parts of a mapping that was cut up share one of these. Any thread: of two that look at
 * once both may find the file shorter than before.
 */
public final class MappedFile {
  static final MappedFile NONE = new MappedFile(FileState.UNKNOWN, FileState.UNKNOWN);

  private final FileState identity;
  // Written together, by whoever looks; read one after the other, which matters to no one.
  private volatile long lookNanos;
  private volatile long sizeBytes;
  private volatile boolean wasThere;

  /**
   * A file that is being mapped.
   *
   * @param identity device and inode as /proc/self/maps has them; not of what stat(2) says where
   *     one file system lies above another
   * @param file of which the size is known
   */
  MappedFile(FileState identity, FileState file) {
    this.identity = identity;
    seen(file.sizeBytes());
  }

  /** Device and inode as /proc/self/maps has them. */
  public FileState identity() {
    return identity;
  }

  /** Time of the last look. */
  long lookNanos() {
    return lookNanos;
  }

  /** The size that was seen last; −1 if none was. */
  long sizeBytes() {
    return sizeBytes;
  }

  void seen(long bytes) {
    sizeBytes = bytes;
    lookNanos = System.nanoTime();
  }

  /**
   * A page beyond the end was asked for. If it was there, somebody may be about to take it: a file
   * has its new size before its pages go. Then the next look compares with the size before, once
   * more.
   */
  void asked(boolean isThere, long previousBytes, long previousNanos) {
    wasThere = isThere && !wasThere;
    if (wasThere) {
      sizeBytes = previousBytes;
      lookNanos = previousNanos;
    }
  }
}
