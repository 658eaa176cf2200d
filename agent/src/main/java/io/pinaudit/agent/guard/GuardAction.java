package io.pinaudit.agent.guard;

import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.events.Intervention;
import java.io.FileNotFoundException;
import java.nio.file.FileSystemException;
import java.util.concurrent.TimeUnit;

/**
 * Says that the guard stepped in, or why it let a call go on that it would have stopped elsewhere.
 *
 * @param reach the bytes that the call takes and the holder uses
 * @param holds the number of holders that the call met at first
 * @param startNanos CLOCK_MONOTONIC when the call met its holder
 * @param endNanos when the guard was done
 */
public record GuardAction(
    Taking taking,
    GuardRules.Mode mode,
    Deed deed,
    Hold holder,
    Reach reach,
    int holds,
    long startNanos,
    long endNanos) {
  /** What was done, and why not more. */
  public enum Deed {
    /** The file stays mapped until its pages are no longer used. */
    KEPT(false, Intervention.KEPT, null),
    /** The call was refused at once. */
    REFUSED(true, Intervention.REFUSED, null),
    /** The call has waited until the last holder was done. */
    WAITED(false, Intervention.WAITED, null),
    /** The call was refused when its time was over. */
    LATE(true, Intervention.REFUSED, "deadline"),
    /** The call was refused at once: its own thread is the one that has to let go. */
    OWN(true, Intervention.REFUSED, "own hold"),
    /** The call was refused when its thread was interrupted; the thread still is. */
    INTERRUPTED(true, Intervention.REFUSED, "interrupted"),
    /** Only reported, as asked. */
    REPORTED(false, Intervention.PASSED, "report only"),
    /** The thread frees what is unreachable, or initialises a class: it must not be held. */
    SPARED(false, Intervention.PASSED, "thread must not be held"),
    /** The call has no exception that the program expects, and its time is over. */
    UNREFUSABLE(false, Intervention.PASSED, "cannot be refused"),
    /** The guard has stepped in as often as it may, and does so no more. */
    EXHAUSTED(false, Intervention.PASSED, "the last of too many"),
    /** There are too many kept files, or the file could not be mapped. */
    UNKEPT(false, Intervention.PASSED, "file could not be kept");

    private final boolean refuses;
    private final String done;
    private final String reason;

    Deed(boolean refuses, String done, String reason) {
      this.refuses = refuses;
      this.done = done;
      this.reason = reason;
    }

    /** Returns what was done: kept, refused, waited or passed. */
    public String done() {
      return done;
    }

    /** Returns why that was done; null if nothing else was asked for. */
    public String reason() {
      return reason;
    }
  }

  /**
   * Returns what the program gets instead of its call; null if the call goes on, or is refused by
   * the JDK itself.
   */
  public Throwable refusal() {
    boolean byChannel = deed == Deed.INTERRUPTED && taking.refusedBy() == RefusedBy.CHANNEL;
    if (byChannel || !deed.refuses) {
      return null;
    }
    String reason = reason();
    Throwable refusal =
        switch (taking.refusedBy()) {
          case FILE, CHANNEL -> new FileSystemException(taking.path(), null, reason);
          case STREAM -> new FileNotFoundException(taking.path() + ": " + reason);
          case STATE, NONE, NEVER -> new IllegalStateException(reason);
        };
    Throwable held = new Throwable("the holder: thread \"" + holder.threadName() + "\"");
    held.setStackTrace(holder.stack());
    refusal.addSuppressed(held);
    return refusal;
  }

  private String reason() {
    String what = taking.stand().operation() + " would take what is in use by ";
    String who = holder.stand().operation() + " of thread \"" + holder.threadName() + "\"";
    String since = " since " + millis(startNanos - holder.startNanos()) + " ms";
    String rest =
        switch (deed) {
          case LATE ->
              (holder.isOfThisThread() ? ", which is this thread" : "")
                  + ", waited "
                  + millis(endNanos - startNanos)
                  + " ms";
          case OWN -> ", which is this thread: it would wait for itself";
          case INTERRUPTED -> ", interrupted after " + millis(endNanos - startNanos) + " ms";
          case KEPT, REFUSED, WAITED, REPORTED, SPARED, UNREFUSABLE, EXHAUSTED, UNKEPT -> "";
        };
    return what + who + since + rest + " (pinaudit guard=" + mode.text() + ")";
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
