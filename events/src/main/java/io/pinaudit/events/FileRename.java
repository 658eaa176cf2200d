package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call gave a file another name. */
@Name("pinaudit.FileRename")
@Label("File Rename")
@Description("A file was given another name")
@Enabled
@StackTrace(true)
public final class FileRename extends FileEvent {
  /** An empty event; fill it and commit it. */
  public FileRename() {}

  @Label("New Path")
  public String newPath;
}
