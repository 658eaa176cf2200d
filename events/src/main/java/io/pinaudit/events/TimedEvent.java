package io.pinaudit.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;

/** The fields that all events share: the time, the kernel thread, and the call. */
@Category("pinaudit")
public abstract class TimedEvent extends Event {
  /** Every type of the agent's is named so, and no other. */
  public static final String PREFIX = "pinaudit.";

  /** Makes an empty event; for subclasses. */
  protected TimedEvent() {}

  @Label("Start")
  @Description("CLOCK_MONOTONIC nanoseconds before the call")
  public long startNanos;

  @Label("End")
  @Description("CLOCK_MONOTONIC nanoseconds after the call returned or threw")
  public long endNanos;

  @Label("Kernel Thread Id")
  @Description("Thread id as the kernel and ftrace know it; -1 if unknown")
  public long kernelThreadId;

  @Label("Operation")
  @Description(
      "The call that was hooked, as a programmer writes it: FileChannel.truncate, vmsplice")
  public String operation;

  @Label("Error")
  @Description(
      "Class and message of the exception, or the failed result; null if the call succeeded")
  public String error;
}
