package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A call moved bytes of a file to another descriptor without a buffer of the program, as {@code
 * sendfile} does.
 */
@Name(FileTransfer.NAME)
@Label("File Transfer")
@Description("Bytes of a file were handed to another descriptor without a buffer of the program")
@Enabled
@StackTrace(true)
public final class FileTransfer extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileTransfer";

  /** Makes an empty event: fill it, then commit it. */
  public FileTransfer() {}

  @Label("Source Device Major")
  public int sourceDeviceMajor = -1;

  @Label("Source Device Minor")
  public int sourceDeviceMinor = -1;

  @Label("Source Inode")
  public long sourceInode;

  @Label("Source Path")
  public String sourcePath;

  @Label("Source File Offset")
  @DataAmount
  @Description("Offset in the source; -1 if it is the file position or the descriptor has none")
  public long sourceOffsetBytes = -1;

  @Label("Target Device Major")
  public int targetDeviceMajor = -1;

  @Label("Target Device Minor")
  public int targetDeviceMinor = -1;

  @Label("Target Inode")
  public long targetInode;

  @Label("Target Path")
  public String targetPath;

  @Label("Target File Offset")
  @DataAmount
  @Description("Offset in the target; -1 if it is the file position or the descriptor has none")
  public long targetOffsetBytes = -1;

  @Label("Length")
  @DataAmount
  @Description("Bytes that the call asked for")
  public long lengthBytes;

  @Label("Result")
  @DataAmount
  @Description("Bytes transferred; negative if the call failed")
  public long resultBytes;
}
