package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A mapping of a file that exists when a chunk of the recording begins or ends. */
@Name("pinaudit.LiveMapping")
@Label("Live Mapping")
@Description("A mapping of a file that lives while a chunk of the recording begins or ends")
@Enabled
@StackTrace(false)
public final class LiveMapping extends FileEvent {
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
}
