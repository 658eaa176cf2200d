package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call, or the garbage collector, unmapped an address range. */
@Name(FileUnmap.NAME)
@Label("File Unmap")
@Description("An address range was unmapped")
@Enabled
@StackTrace(true)
public final class FileUnmap extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileUnmap";

  /** Makes an empty event: fill it, then commit it. */
  public FileUnmap() {}

  @Label("Address")
  @MemoryAddress
  public long address;

  @Label("Length")
  @DataAmount
  public long lengthBytes;
}
