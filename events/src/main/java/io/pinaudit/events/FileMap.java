package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call mapped a range of a file into the address space. */
@Name("pinaudit.FileMap")
@Label("File Map")
@Description("A range of a file was mapped into the address space")
@Enabled
@StackTrace(true)
public final class FileMap extends FileEvent {
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
}
