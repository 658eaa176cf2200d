package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A call closed a descriptor of a file that has no name left; the file system may free its blocks
 * now.
 */
@Name(FileClose.NAME)
@Label("File Close")
@Description(
    "A descriptor of a file that has no name any more was closed: its blocks may be freed now")
@Enabled
@StackTrace(true)
public final class FileClose extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileClose";

  /** Makes an empty event: fill it, then commit it. */
  public FileClose() {}
}
