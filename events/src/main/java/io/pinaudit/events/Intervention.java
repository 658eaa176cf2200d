package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The guard stepped in before a call that was about to take memory, or a range of a file, from
 * under those who use it; or it says why it let the call go on. Its time is what the guard cost,
 * and ends before the call begins.
 */
@Name(Intervention.NAME)
@Label("Intervention")
@Description("The guard stepped in before a call that takes what is in use")
@Enabled
@StackTrace(true)
public final class Intervention extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "Intervention";

  /** The mode that lets every call go on. */
  public static final String REPORT = "report";

  /** The mode that keeps files mapped while the kernel uses their pages, and lets cuts wait. */
  public static final String KEEP = "keep";

  /** The mode that refuses calls. */
  public static final String FAIL = "fail";

  /** The mode that lets calls wait, and refuses them when their time is over. */
  public static final String WAIT = "wait";

  /** The file stays mapped until its pages are no longer used. */
  public static final String KEPT = "kept";

  /** The program got an exception in place of its call. */
  public static final String REFUSED = "refused";

  /** The call has waited until nobody used any more what it takes. */
  public static final String WAITED = "waited";

  /** The call went on as it was. */
  public static final String PASSED = "passed";

  /** An empty event; fill it and commit it. */
  public Intervention() {}

  @Label("Mode")
  @Description("What the user asked for: report, keep, fail or wait")
  public String mode;

  @Label("Done")
  @Description("kept, refused, waited or passed")
  public String done;

  @Label("Reason")
  @Description("Why that was done, and not what was asked for; null if it was")
  public String reason;

  @Label("Subject")
  @Description("What is in use: buffer (mapped pages of the file), storage or memory")
  public String subject;

  @Label("Offset")
  @DataAmount
  @Description("Of what is in use and would be taken, in the file; an address if it is memory")
  public long offsetBytes = -1;

  @Label("Length")
  @DataAmount
  public long lengthBytes;

  @Label("Holders")
  @Description("How many used it at first; the other fields are about the oldest")
  public int holds;

  @Label("Hold Operation")
  @Description("The call that began to use it: FileChannel.read, io_uring read, vmsplice")
  public String holdOperation;

  @Label("Hold Start")
  @Description("CLOCK_MONOTONIC nanoseconds before it was used")
  public long holdNanos;

  @Label("Hold Kernel Thread Id")
  @Description("Kernel thread of that call; -1 if unknown")
  public long holdThreadId;

  @Label("Hold Thread")
  @Description("Name of the Java thread of that call")
  public String holdThread;

  @Label("Hold Stack")
  @Description("Innermost frames of the program in that call, a line each")
  public String holdStack;
}
