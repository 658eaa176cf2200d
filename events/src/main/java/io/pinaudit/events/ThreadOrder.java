package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A thread started another one, or has waited for its end without a time limit. What the starting
 * thread did before comes before all that the started one does; all that the ended one did comes
 * before what the waiting thread does next.
 *
 * <p>JFR's own event of a start is written by the started thread, up to tens of milliseconds late.
 */
@Name(ThreadOrder.NAME)
@Label("Thread Order")
@Description("A thread started another one, or saw its end")
@Enabled
@StackTrace(false)
public final class ThreadOrder extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "ThreadOrder";

  /** Makes an empty event: fill it, then commit it. */
  public ThreadOrder() {}

  @Label("Other Thread")
  @Description("Java thread id of the thread that was started, or that had ended")
  public long otherThreadId;

  @Label("Joined")
  @Description("Whether the other thread had ended; else it was about to start")
  public boolean joined;
}
