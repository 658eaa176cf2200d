package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Label;

/** An event about one file. */
public abstract class FileEvent extends TimedEvent {
  /**
   * The field {@code subject}: mapped pages of a file, which are the buffer of an I/O or pinned.
   */
  public static final String BUFFER = "buffer";

  /** The field {@code subject}: bytes of a file that direct I/O reads or writes. */
  public static final String STORAGE = "storage";

  /** The field {@code subject}: addresses of memory. */
  public static final String MEMORY = "memory";

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
