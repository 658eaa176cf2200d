package io.pinaudit.allocator;

/**
 * The direction in which an I/O moves bytes, seen from the pinned memory. It only matters for pins
 * with {@link PinPolicy#COPY}.
 */
public enum Transfer {
  /** The I/O reads the memory, as a write to a disk or a send does. Nothing is written back. */
  OUT,
  /**
   * The I/O fills the memory, as a read from a disk does. The copy begins with zeros instead of the
   * memory's bytes, and all of it is written back. After a short read call {@link Pin#filled}, and
   * after a failed one {@link Pin#discard}; otherwise zeros are stored where nothing was read.
   */
  IN,
  /**
   * The I/O may read and fill the memory. The copy begins with the memory's bytes, and all of it is
   * written back.
   */
  BOTH
}
