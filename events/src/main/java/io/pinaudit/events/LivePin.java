package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A pin that exists when a chunk of the recording begins or ends. */
@Name(LivePin.NAME)
@Label("Live Pin")
@Description("A pin that lives while a chunk of the recording begins or ends")
@Enabled
@StackTrace(false)
public final class LivePin extends BufferEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "LivePin";

  /** Makes an empty event: fill it, then commit it. */
  public LivePin() {}

  @Label("Pin Id")
  @MemoryPin.PinId
  public long pinId;

  @Label("Long Term")
  @Description("Whether the pin is meant to last: FOLL_LONGTERM of the kernel")
  public boolean longTerm;

  @Label("Holder")
  @Description("What holds the pin: io_uring:[fd], ibv_mr, or the name that the program gave it")
  public String holder;
}
