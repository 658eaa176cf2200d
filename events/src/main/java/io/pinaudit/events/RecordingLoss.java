package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The number of calls that the agent saw and could not record. */
@Name(RecordingLoss.NAME)
@Label("Recording Loss")
@Description("Calls that the agent saw and could not record")
@Enabled
@StackTrace(false)
public final class RecordingLoss extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "RecordingLoss";

  /** Makes an empty event: fill it, then commit it. */
  public RecordingLoss() {}

  @Label("Hook")
  public String hook;

  @Label("Count")
  public long count;

  @Label("Reason")
  public String reason;
}
