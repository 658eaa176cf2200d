package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;

/** An event about a range of memory and the range of the file that is mapped there, if any. */
public abstract class BufferEvent extends TimedEvent {
  /** Makes an empty event; for subclasses. */
  protected BufferEvent() {}

  @Label("Buffer Address")
  @MemoryAddress
  public long bufferAddress;

  @Label("Length")
  @DataAmount
  @Description("Bytes of the buffer that the call offered to the kernel")
  public long lengthBytes;

  @Label("Buffer Device Major")
  public int bufferDeviceMajor = -1;

  @Label("Buffer Device Minor")
  public int bufferDeviceMinor = -1;

  @Label("Buffer Inode")
  @Description("Inode whose mapping holds the buffer; 0 if it is no mapping or an unknown one")
  public long bufferInode;

  @Label("Buffer Path")
  public String bufferPath;

  @Label("Buffer File Offset")
  @DataAmount
  @Description("Offset in the mapped file of the first byte of the buffer; -1 if unknown")
  public long bufferOffsetBytes = -1;
}
