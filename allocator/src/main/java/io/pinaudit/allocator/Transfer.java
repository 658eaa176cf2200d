package io.pinaudit.allocator;

/**
 * Which way an I/O moves bytes, seen from the pinned memory. Only {@link PinPolicy#COPY} needs to
 * know.
 */
public enum Transfer {
  /** The I/O reads the memory (a write to a disk, a send): nothing is written back. */
  OUT,
  /**
   * The I/O fills the memory (a read from a disk): nothing is copied before, the copy begins with
   * zeros, and all of it is written back. After a short read call {@link Pin#filled}, after a
   * failed one {@link Pin#discard}: otherwise zeros are stored where nothing was read.
   */
  IN,
  /** Either or both; what the I/O leaves alone stays as it was. */
  BOTH
}
