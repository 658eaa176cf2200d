package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * The agent held a thread before a call that a plan names, so that another thread could come to
 * stand before the call that the plan names with it. Its time ends before the call begins.
 *
 * <p>Of a meeting there are two events, one for each thread, with the same meeting id.
 */
@Name(MeetingWait.NAME)
@Label("Meeting Wait")
@Description("A thread was held before a call until another one stood before its own")
@Enabled
@StackTrace(true)
public final class MeetingWait extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "MeetingWait";

  /** The side of a call that hands memory or a range of a file over. */
  public static final String HANDS = "hands";

  /** The side of a call that takes memory or a range of a file away. */
  public static final String TAKES = "takes";

  /** Both threads stood before their calls at once. */
  public static final String MET = "met";

  /** Nobody came. */
  public static final String ALONE = "alone";

  /** The thread was interrupted while it waited; it still is. */
  public static final String INTERRUPTED = "interrupted";

  /** Makes an empty event: fill it, then commit it. */
  public MeetingWait() {}

  @Label("Pair")
  @Description("The pair of the plan; of several, the one that met, or the first")
  public String pair;

  @Label("Side")
  @Description("hands: the call hands memory or a file range over; takes: it takes it away")
  public String side;

  @Label("Outcome")
  @Description("met, alone or interrupted")
  public String outcome;

  @Label("Meeting Id")
  @Description("The same for both threads of a meeting; 0 without one")
  public long meetingId;

  @Label("Goes First")
  @Description("Which side of a meeting is let go first: hands or takes")
  public String first;

  @Label("Subject")
  @Description("What both sides are about: buffer, storage or memory")
  public String subject;

  @Label("Offset")
  @DataAmount
  @Description("Of what both sides are about, in the file; an address if it is memory of no file")
  public long offsetBytes = -1;

  @Label("Length")
  @DataAmount
  public long lengthBytes;
}
