package io.pinaudit.run;

/**
 * A block device and what is needed to turn its blocks into page frames.
 *
 * @param name as in {@code /dev}
 * @param number as the kernel prints it
 * @param kind what stands behind it
 * @param dataStartBytes physical address of the device's first byte; -1 if it has none
 * @param sizeBytes size of the device
 * @param obstacle why its blocks have no page frames, or which are not known; null if they have
 */
public record BlockDevice(
    String name,
    DeviceNumber number,
    Kind kind,
    long dataStartBytes,
    long sizeBytes,
    String obstacle) {
  /** What stands behind a block device. */
  public enum Kind {
    /** Persistent memory without a superblock of its own, as {@code memmap=} gives. */
    PMEM_RAW,
    /** Persistent memory in fsdax mode: page structs or a superblock precede the data. */
    PMEM_FSDAX,
    /** One stretch of persistent memory under another name, as device-mapper's linear gives. */
    PMEM_LINEAR,
    /** Anything else: its blocks have no page frame. */
    OTHER
  }

  /** Whether blocks of this device are page frames. */
  public boolean joinable() {
    return dataStartBytes >= 0;
  }

  /** The physical address behind its last byte, if it is joinable. */
  public long endBytes() {
    return dataStartBytes + sizeBytes;
  }
}
