package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The file systems that this JVM sees on which files may have DAX, when a chunk of the recording
 * begins or ends. If there is none, no pinned page of a file is a block of storage.
 */
@Name(DaxMounts.NAME)
@Label("DAX Mounts")
@Description("File systems on which files may have DAX")
@Enabled
@StackTrace(false)
public final class DaxMounts extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "DaxMounts";

  /** Makes an empty event: fill it, then commit it. */
  public DaxMounts() {}

  @Label("Mounts")
  @Description("How many file systems are mounted; 0 if that could not be read")
  public int mounts;

  @Label("With DAX")
  @Description(
      "How many of them have the option dax or dax=always, or lie on persistent memory, where files"
          + " may have DAX each for itself")
  public int withDax;
}
