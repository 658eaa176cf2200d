package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call set the size of a file: it truncated, extended, or opened it with truncation. */
@Name(FileTruncate.NAME)
@Label("File Truncate")
@Description("The size of a file was set, by truncation, extension or opening with truncation")
@Enabled
@StackTrace(true)
public final class FileTruncate extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileTruncate";

  /** Makes an empty event: fill it, then commit it. */
  public FileTruncate() {}

  @Label("New Size")
  @DataAmount
  public long newSizeBytes;

  @Label("Old Size")
  @DataAmount
  @Description("Size before the call; -1 if unknown")
  public long oldSizeBytes = -1;
}
