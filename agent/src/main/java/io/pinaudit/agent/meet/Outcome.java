package io.pinaudit.agent.meet;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import io.pinaudit.events.MeetingWait;
import java.util.concurrent.locks.LockSupport;

/**
 * Says how a wait ended. The thread that has waited writes the event of the wait and then calls
 * {@link #go}.
 *
 * @param pair name of the pair in the plan
 * @param startNanos CLOCK_MONOTONIC before the wait
 * @param endNanos after the wait
 * @param result one of the outcomes of {@link MeetingWait}
 * @param meeting the meeting; null if the thread met no other
 */
public record Outcome(
    String pair, Stand stand, long startNanos, long endNanos, String result, Meeting meeting) {
  private static final long MOST_NANOS = 10_000_000;
  private static final long LOOK_NANOS = 20_000;

  /** The state of a meeting that both of its threads share. */
  public static final class Meeting {
    private final long id;
    private final boolean takesFirst;
    private final Reach reach;
    private final long headStartNanos;
    // Set by the thread that goes first when it goes.
    private volatile boolean firstGone;

    Meeting(long id, boolean takesFirst, Reach reach, long headStartNanos) {
      this.id = id;
      this.takesFirst = takesFirst;
      this.reach = reach;
      this.headStartNanos = headStartNanos;
    }

    /** Returns a number that no other meeting of this JVM has. */
    public long id() {
      return id;
    }

    /** Returns the memory or file range that both sides are about. */
    public Reach reach() {
      return reach;
    }

    /** Returns which side goes first. */
    public String first() {
      return takesFirst ? MeetingWait.TAKES : MeetingWait.HANDS;
    }
  }

  /** Returns when it is the turn of the current thread to make its call. */
  public void go() {
    if (meeting == null) {
      return;
    }
    if (meeting.takesFirst == stand.takes()) {
      meeting.firstGone = true;
      return;
    }
    long deadline = System.nanoTime() + MOST_NANOS;
    while (!meeting.firstGone && System.nanoTime() < deadline) {
      LockSupport.parkNanos(this, LOOK_NANOS);
    }
    long goNanos = System.nanoTime() + meeting.headStartNanos;
    for (long rest = meeting.headStartNanos; rest > 0; rest = goNanos - System.nanoTime()) {
      LockSupport.parkNanos(this, rest);
      if (JdkInternals.isInterrupted(Thread.currentThread())) {
        break;
      }
    }
    JdkInternals.givePermitBack();
  }
}
