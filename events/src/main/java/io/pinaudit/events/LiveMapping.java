package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A mapping of a file that exists when a chunk of the recording begins or ends. */
@Name(LiveMapping.NAME)
@Label("Live Mapping")
@Description("A mapping of a file that lives while a chunk of the recording begins or ends")
@Enabled
@StackTrace(false)
public final class LiveMapping extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "LiveMapping";

  /** An empty event; fill it and commit it. */
  public LiveMapping() {}

  @Label("File Offset")
  @DataAmount
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
