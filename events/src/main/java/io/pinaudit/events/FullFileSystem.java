package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The file system of a mapped file has no room for another page. A store to a part of the mapping
 * that has no blocks yet is then a fault, an InternalError or SIGBUS, although nobody has cut the
 * file. Told at each look at the mappings, once for each file system.
 */
@Name(FullFileSystem.NAME)
@Label("Full File System")
@Description("The file system of a mapped file is full")
@Enabled
@StackTrace(false)
public final class FullFileSystem extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "FullFileSystem";

  /** Makes an empty event: fill it, then commit it. */
  public FullFileSystem() {}

  @Label("Path")
  @Description("One of the mapped files on it")
  public String path;

  @Label("Free")
  @DataAmount
  @Description("What is left for this user")
  public long freeBytes;
}
