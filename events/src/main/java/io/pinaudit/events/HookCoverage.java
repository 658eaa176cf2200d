package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The state of one of the agent's hooks: installed, absent in this JDK, or failed. */
@Name(HookCoverage.NAME)
@Label("Hook Coverage")
@Description("State of one hook of the agent at start-up")
@Enabled
@StackTrace(false)
public final class HookCoverage extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "HookCoverage";

  /** Makes an empty event: fill it, then commit it. */
  public HookCoverage() {}

  @Label("Hook")
  public String hook;

  @Label("State")
  @Description("installed, absent or failed")
  public String state;

  @Label("Matches")
  @Description("Methods that were instrumented")
  public int matches;

  @Label("Reason")
  @Description("Why the hook is absent or failed; null if it is installed")
  public String reason;
}
