package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Label;

/** An event about one file. */
public abstract class FileEvent extends TimedEvent {
  /** Makes an empty event; for subclasses. */
  protected FileEvent() {}

  @Label("Device Major")
  @Description("Major number of the file system's device; -1 if unknown")
  public int deviceMajor = -1;

  @Label("Device Minor")
  @Description("Minor number of the file system's device; -1 if unknown")
  public int deviceMinor = -1;

  @Label("Inode")
  @Description("Inode number; 0 if unknown")
  public long inode;

  @Label("Path")
  @Description("Path of the file at the time of the call, null if unknown")
  public String path;
}
