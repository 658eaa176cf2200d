package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call mapped a range of a file into the address space. */
@Name(FileMap.NAME)
@Label("File Map")
@Description("A range of a file was mapped into the address space")
@Enabled
@StackTrace(true)
public final class FileMap extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileMap";

  /** An empty event; fill it and commit it. */
  public FileMap() {}

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

  @Label("Mode")
  @Description(
      "READ_ONLY, READ_WRITE, PRIVATE, READ_ONLY_SYNC, READ_WRITE_SYNC, or prot and flags of"
          + " mmap(2)")
  public String mode;

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
