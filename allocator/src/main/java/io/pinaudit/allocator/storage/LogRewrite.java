package io.pinaudit.allocator.storage;

import java.util.List;

/**
 * The next log of an extent map while it is written beside the present one, a piece at a time:
 *
 * <ol>
 *   <li><i>Copying.</i> The committed extents are appended to the next log in the order of their
 *       place in the file, and forced piece by piece. A change of an extent that was copied is
 *       appended to both logs. A change of an extent that has yet to be copied is appended to the
 *       present log only: the copy will have it. After a crash the present log counts.
 *   <li><i>Switching.</i> All is copied, and each change is appended to both logs. The next log is
 *       forced, and then the superblock that names it is written, to the one slot and then to the
 *       other. After a crash either log may be the one that counts, so whoever wants a change to be
 *       durable forces both.
 *   <li>Both superblocks are durable, and the present log is not needed any more.
 * </ol>
 *
 * <p>Guarded by the pool's lock, but for {@link #writeSuperblock}.
 *
 * @param <T> the extents
 */
public final class LogRewrite<T> {
  /** As the argument of {@link #copy}: copies all that is left. */
  public static final long ALL = Long.MAX_VALUE;

  private final ExtentLog<T> log;

  /** The region for the log after this one; null if that of the present log will do. */
  private final Region<T> spareAfter;

  private final Medium medium;
  private final Committed<T> committed;

  /** The first block of the extents that have yet to be copied. */
  private long nextBlock;

  /** The number of bytes of the records of the extents that have yet to be copied. */
  private long leftBytes;

  /** The superblock that names the next log; null until all is copied. */
  private Superblock superblock;

  /** The stretch of the next log that has to be durable before its superblock is written. */
  private ExtentLog.Unforced beforeSuperblock;

  /** Guarded by the monitor of this. */
  private boolean superblockWritten;

  /**
   * Begins with nothing copied.
   *
   * @param log the next log, empty
   * @param spareAfter where the log after the next is to be; null if where the present one is
   */
  public LogRewrite(Medium medium, ExtentLog<T> log, Region<T> spareAfter, Committed<T> committed) {
    this.medium = medium;
    this.log = log;
    this.spareAfter = spareAfter;
    this.committed = committed;
    this.leftBytes = committed.recordBytes();
  }

  /** Returns the next log. */
  public ExtentLog<T> log() {
    return log;
  }

  /** Returns the region for the log after the next; null if that of the present one will do. */
  public Region<T> spareAfter() {
    return spareAfter;
  }

  private static long block(long offset) {
    return offset >>> FreeMap.BLOCK_SHIFT;
  }

  private boolean has(long offset) {
    return block(offset) < nextBlock;
  }

  /** Notes that an extent was added to those that are committed. */
  public void added(Durable extent) {
    leftBytes += has(extent.offset()) ? 0 : LogRecord.sizeBytes(extent.name());
  }

  /** Notes that an extent was removed from those that are committed. */
  public void removed(Durable extent) {
    leftBytes -= has(extent.offset()) ? 0 : LogRecord.sizeBytes(extent.name());
  }

  /** Returns whether so many bytes can be appended, and all that is left be copied. */
  public boolean hasRoom(long bytes) {
    return leftBytes + bytes + ExtentLog.MARGIN_BYTES <= log.room();
  }

  /** Appends what the present log was appended, as far as this one has to say it already. */
  public void append(List<LogRecord> together) {
    log.append(
        together.stream()
            .filter(record -> record.kind() == LogRecord.Kind.LENGTH || has(record.offset()))
            .toList());
  }

  /** Copies extents until so many bytes are appended, or all are. */
  public void copy(long bytes) {
    long copied = 0;
    while (nextBlock != Long.MAX_VALUE && copied < bytes) {
      T extent = committed.atOrAfter(nextBlock);
      if (extent == null) {
        nextBlock = Long.MAX_VALUE;
      } else {
        Durable durable = committed.durable(extent);
        log.append(LogRecord.commit(durable, 0));
        copied += LogRecord.sizeBytes(durable.name());
        leftBytes -= LogRecord.sizeBytes(durable.name());
        nextBlock = block(durable.offset()) + 1;
      }
    }
  }

  /** Returns whether extents have yet to be copied. */
  public boolean isCopying() {
    return nextBlock != Long.MAX_VALUE;
  }

  /** Returns whether either log may be the one that counts after a crash. */
  public boolean isSwitching() {
    return superblock != null;
  }

  /**
   * Begins to switch, when all is copied: from here on the log has the sequence numbers of the
   * present one.
   */
  public void beginSwitch(ExtentLog<T> present, Superblock next) {
    log.takeOver(present);
    beforeSuperblock = log.unforced();
    superblock = next;
  }

  /**
   * With or without the lock: makes the next log the one that counts after a crash. A second call
   * finds that done, and so never writes a superblock that another has followed.
   */
  public synchronized void writeSuperblock() {
    if (!superblockWritten) {
      beforeSuperblock.force();
      superblock.write(medium);
      superblockWritten = true;
    }
  }

  /** Notes that both superblocks are durable. */
  public void switched() {
    beforeSuperblock.done();
  }
}
