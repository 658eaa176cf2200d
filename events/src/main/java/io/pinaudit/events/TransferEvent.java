package io.pinaudit.events;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.MetadataDefinition;
import jdk.jfr.Name;
import jdk.jfr.Relational;

/** An event about a call that handed memory to the kernel as the buffer of an I/O. */
public abstract class TransferEvent extends BufferEvent {
  /** Marks a field whose number links the events of one asynchronous I/O. */
  @MetadataDefinition
  @Relational
  @Name("pinaudit.RequestId")
  @Label("Request Id")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.FIELD)
  public @interface RequestId {}

  /** For subclasses. */
  protected TransferEvent() {}

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
