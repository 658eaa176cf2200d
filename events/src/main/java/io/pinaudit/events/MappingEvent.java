package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;

/** An event about one mapping of a file. */
public abstract class MappingEvent extends FileEvent {
  /** Makes an empty event; for subclasses. */
  protected MappingEvent() {}

  @Label("File Offset")
  @DataAmount
  @Description("Offset of the first mapped byte in the file, page aligned as the kernel maps it")
  public long offsetBytes;

  @Label("Length")
  @DataAmount
  public long lengthBytes;

  @Label("Address")
  @MemoryAddress
  public long address;

  @Label("Mapped Device Major")
  @Description(
      "Major number of the device whose file is mapped, as /proc/self/maps has it: on overlayfs"
          + " that of the file system below, or that of the overlay, by kernel; -1 if unknown")
  public int mappedDeviceMajor = -1;

  @Label("Mapped Device Minor")
  @Description("Minor number of that device; -1 if unknown")
  public int mappedDeviceMinor = -1;

  @Label("Mapped Inode")
  @Description("Inode number on that device; 0 if unknown")
  public long mappedInode;
}
