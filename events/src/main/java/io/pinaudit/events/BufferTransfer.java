package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A call handed memory to the kernel as the buffer of an I/O. The memory is that of a mapped file,
 * or any memory if the storage endpoint was opened with O_DIRECT.
 */
@Name(BufferTransfer.NAME)
@Label("Buffer Transfer")
@Description(
    "Memory of a mapped file, or any memory for O_DIRECT, was handed to the kernel as the buffer of"
        + " an I/O")
@Enabled
@StackTrace(true)
public final class BufferTransfer extends BufferEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "BufferTransfer";

  /** Makes an empty event: fill it, then commit it. */
  public BufferTransfer() {}

  @Label("Request Id")
  @RequestId
  @Description("Of an I/O that outlives the call, until Transfer End has the same; 0 if none does")
  public long requestId;

  @Label("Result")
  @DataAmount
  @Description("Bytes transferred; negative if the call failed; 0 if the I/O outlives the call")
  public long resultBytes;

  @Label("Storage Device Major")
  public int storageDeviceMajor = -1;

  @Label("Storage Device Minor")
  public int storageDeviceMinor = -1;

  @Label("Storage Inode")
  @Description("Inode that the descriptor stands for; 0 if unknown")
  public long storageInode;

  @Label("Storage Path")
  public String storagePath;

  @Label("Storage File Offset")
  @DataAmount
  @Description(
      "Offset in the storage endpoint; -1 if it is the file position or the descriptor has none")
  public long storageOffsetBytes = -1;

  @Label("Direct")
  @Description("Whether the descriptor of the storage endpoint was opened with O_DIRECT")
  public boolean direct;
}
