package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call removed or replaced a directory entry. */
@Name(FileDelete.NAME)
@Label("File Delete")
@Description("A directory entry was removed or replaced")
@Enabled
@StackTrace(true)
public final class FileDelete extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileDelete";

  /** Makes an empty event: fill it, then commit it. */
  public FileDelete() {}

  @Label("Links Before")
  @Description("Link count of the inode before the call; -1 if unknown")
  public int linksBefore = -1;
}
