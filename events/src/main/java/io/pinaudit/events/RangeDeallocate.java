package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A call of fallocate(2) or of a similar function changed the blocks of a file: it punched a hole,
 * collapsed, zeroed or inserted a range, or allocated blocks.
 */
@Name(RangeDeallocate.NAME)
@Label("Range Deallocate")
@Description("fallocate(2) was called: punch hole, collapse, zero or insert range, or allocation")
@Enabled
@StackTrace(true)
public final class RangeDeallocate extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "RangeDeallocate";

  /** Makes an empty event: fill it, then commit it. */
  public RangeDeallocate() {}

  @Label("Mode")
  @Description("The mode argument of fallocate(2)")
  public int mode;

  @Label("File Offset")
  @DataAmount
  public long offsetBytes;

  @Label("Length")
  @DataAmount
  public long lengthBytes;

  @Label("Old Size")
  @DataAmount
  @Description("Size of the file before the call; -1 if unknown")
  public long oldSizeBytes = -1;

  @Label("New Size")
  @DataAmount
  @Description(
      "Size of the file after the call: smaller by Length for mode 8 (FALLOC_FL_COLLAPSE_RANGE),"
          + " larger by it for mode 32 (FALLOC_FL_INSERT_RANGE); -1 if unknown")
  public long newSizeBytes = -1;
}
