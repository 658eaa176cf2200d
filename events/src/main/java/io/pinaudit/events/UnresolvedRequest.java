package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A request of an io_uring names its file or its buffer by a number that the agent cannot resolve:
 * what the request did to mapped files is not known.
 *
 * <p>Of a group of provided buffers one event tells for each ring, and only if memory of a mapped
 * file is among them or the group is not known. Of files each request that could cut one is told.
 */
@Name(UnresolvedRequest.NAME)
@Label("Unresolved Request")
@Description("A request of an io_uring names its file or buffer by a number that is not known")
@Enabled
@StackTrace(true)
public final class UnresolvedRequest extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "UnresolvedRequest";

  /** Makes an empty event: fill it, then commit it. */
  public UnresolvedRequest() {}

  @Label("Ring Descriptor")
  public int ringDescriptor;

  @Label("Kind")
  @Description("What the number is: registered file, or buffer group")
  public String kind;

  @Label("Number")
  @Description("Index of the registered file, or number of the buffer group")
  public int number;
}
