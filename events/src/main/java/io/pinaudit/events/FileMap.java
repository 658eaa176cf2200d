package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call mapped a range of a file into the address space. */
@Name(FileMap.NAME)
@Label("File Map")
@Description("A range of a file was mapped into the address space")
@Enabled
@StackTrace(true)
public final class FileMap extends MappingEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileMap";

  /** Makes an empty event: fill it, then commit it. */
  public FileMap() {}

  @Label("Mode")
  @Description(
      "READ_ONLY, READ_WRITE, PRIVATE, READ_ONLY_SYNC, READ_WRITE_SYNC, or prot and flags of"
          + " mmap(2)")
  public String mode;
}
