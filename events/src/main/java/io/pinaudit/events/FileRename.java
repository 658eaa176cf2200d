package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call gave a file another name. */
@Name(FileRename.NAME)
@Label("File Rename")
@Description("A file was given another name")
@Enabled
@StackTrace(true)
public final class FileRename extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FileRename";

  /** Makes an empty event: fill it, then commit it. */
  public FileRename() {}

  @Label("New Path")
  public String newPath;
}
