package io.pinaudit.agent.state;

/**
 * The file of a mapping with the identity that the kernel gives it, and the size that the last look
 * found.
 *
 * <p>All parts of a mapping that was split share one object. Safe for any thread; two threads that
 * look at once may both find that the file is shorter than before.
 */
public final class MappedFile {
  static final MappedFile NONE = new MappedFile(FileState.UNKNOWN, FileState.UNKNOWN);

  private final FileState identity;
  // Written together, by whoever looks; read one after the other, which matters to no one.
  private volatile long lookNanos;
  private volatile long sizeBytes;
  private volatile boolean wasThere;

  /**
   * Makes the state of a file that is being mapped.
   *
   * @param identity device and inode as in /proc/self/maps, which differ from those of stat(2) if
   *     one file system lies above another
   * @param file the file, of a known size
   */
  MappedFile(FileState identity, FileState file) {
    this.identity = identity;
    seen(file.sizeBytes());
  }

  /** Returns device and inode as in /proc/self/maps. */
  public FileState identity() {
    return identity;
  }

  /** Returns the time of the last look, in nanoseconds. */
  long lookNanos() {
    return lookNanos;
  }

  /** Returns the size in bytes that the last look found; −1 if there was none. */
  long sizeBytes() {
    return sizeBytes;
  }

  void seen(long bytes) {
    sizeBytes = bytes;
    lookNanos = System.nanoTime();
  }

  /**
   * Notes the read of a page beyond the end. If the page could be read, some process may be about
   * to take it, because a file has its new size before its pages go. Then the next look compares
   * with the size before, once more.
   */
  void asked(boolean isThere, long previousBytes, long previousNanos) {
    wasThere = isThere && !wasThere;
    if (wasThere) {
      sizeBytes = previousBytes;
      lookNanos = previousNanos;
    }
  }
}
