package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call ended a pin that a {@link MemoryPin} began. */
@Name(MemoryUnpin.NAME)
@Label("Memory Unpin")
@Description("A pin that Memory Pin began has ended")
@Enabled
@StackTrace(true)
public final class MemoryUnpin extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "MemoryUnpin";

  /** Makes an empty event: fill it, then commit it. */
  public MemoryUnpin() {}

  @Label("Pin Id")
  @MemoryPin.PinId
  public long pinId;
}
