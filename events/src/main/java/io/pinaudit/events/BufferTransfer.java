package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Memory of a mapped file was handed to the kernel as the buffer of an I/O. */
@Name("pinaudit.BufferTransfer")
@Label("Buffer Transfer")
@Description("Memory of a mapped file was handed to the kernel as the buffer of an I/O")
@Enabled
@StackTrace(true)
public final class BufferTransfer extends TimedEvent {
  /** An empty event; fill it and commit it. */
  public BufferTransfer() {}

  @Label("Buffer Address")
  @MemoryAddress
  public long bufferAddress;

  @Label("Length")
  @DataAmount
  @Description("Bytes of the buffer that the call offered to the kernel")
  public long lengthBytes;

  @Label("Result")
  @DataAmount
  @Description("Bytes transferred; negative if the call failed")
  public long resultBytes;

  @Label("Buffer Device Major")
  public int bufferDeviceMajor = -1;

  @Label("Buffer Device Minor")
  public int bufferDeviceMinor = -1;

  @Label("Buffer Inode")
  @Description("Inode whose mapping holds the buffer; 0 if unknown")
  public long bufferInode;

  @Label("Buffer Path")
  public String bufferPath;

  @Label("Buffer File Offset")
  @DataAmount
  @Description("Offset in the mapped file of the first byte of the buffer; -1 if unknown")
  public long bufferOffsetBytes = -1;

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
