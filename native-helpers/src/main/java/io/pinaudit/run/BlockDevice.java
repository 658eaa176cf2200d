package io.pinaudit.run;

/**
 * A block device and what is needed to turn its blocks into page frames.
 *
 * @param name as in {@code /dev}
 * @param number as the kernel prints it
 * @param kind what the device consists of
 * @param dataStartBytes physical address of the device's first byte; -1 if there is none
 * @param sizeBytes size of the device in bytes
 * @param obstacle why the blocks of the device have no page frames, or no known ones; null if they
 *     have
 */
public record BlockDevice(
    String name,
    DeviceNumber number,
    Kind kind,
    long dataStartBytes,
    long sizeBytes,
    String obstacle) {
  /** Says what a block device consists of. */
  public enum Kind {
    /** Persistent memory without a superblock of its own, as {@code memmap=} gives. */
    PMEM_RAW,
    /** Persistent memory in fsdax mode: page structs or a superblock precede the data. */
    PMEM_FSDAX,
    /** One stretch of persistent memory under another name, as device-mapper's linear gives. */
    PMEM_LINEAR,
    /** Anything else: the blocks have no page frames. */
    OTHER
  }

  /** Returns whether blocks of this device are page frames. */
  public boolean joinable() {
    return dataStartBytes >= 0;
  }

  /** Returns the physical address behind the device's last byte, if the device is joinable. */
  public long endBytes() {
    return dataStartBytes + sizeBytes;
  }
}
