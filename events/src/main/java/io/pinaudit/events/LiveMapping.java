package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A mapping of a file that exists when a chunk of the recording begins or ends. */
@Name(LiveMapping.NAME)
@Label("Live Mapping")
@Description("A mapping of a file that lives while a chunk of the recording begins or ends")
@Enabled
@StackTrace(false)
public final class LiveMapping extends MappingEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "LiveMapping";

  /** Makes an empty event: fill it, then commit it. */
  public LiveMapping() {}
}
