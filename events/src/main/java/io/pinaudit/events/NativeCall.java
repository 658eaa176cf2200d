package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call to a native function of the hook table that no other event describes. */
@Name(NativeCall.NAME)
@Label("Native Call")
@Description("A foreign-function call to a symbol of the hook table that no other event describes")
@Enabled
@StackTrace(true)
public final class NativeCall extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "NativeCall";

  /** Makes an empty event: fill it, then commit it. */
  public NativeCall() {}

  @Label("Arguments")
  @Description("The arguments, in order, as hexadecimal words separated by blanks")
  public String arguments;

  @Label("Result")
  public long result;
}
