package io.pinaudit.agent.guard;

import io.pinaudit.agent.stand.CallStack;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Memory, or a range of a file, that the kernel uses from now on, until {@link #end}.
 *
 * <p>Compared by identity. Any thread may end a hold, and more than once.
 */
public final class Hold {
  /** What ends a hold. */
  public enum Ending {
    /** The call that began it returns. */
    CALL,
    /** The kernel is done with a request. */
    KERNEL,
    /** The program does something: unregisters, unpins. */
    PROGRAM,
    /** Somebody reads a pipe. */
    READER
  }

  private static final int FRAMES = 8;

  private final Guard guard;
  private final Stand stand;
  private final Ending ending;
  private final Thread thread = Thread.currentThread();
  private final long threadId;
  private final long startNanos = System.nanoTime();
  // Of what outlives its call; the stack of a call under way is looked at when it is needed.
  private final Throwable site;
  private volatile boolean ended;

  Hold(Guard guard, Stand stand, Ending ending, long threadId) {
    this.guard = guard;
    this.stand = stand;
    this.ending = ending;
    this.threadId = threadId;
    this.site = ending == Ending.CALL ? null : new Throwable();
  }

  /** Returns the call that began it. */
  public Stand stand() {
    return stand;
  }

  /** Returns the kernel thread that began it; −1 if unknown. */
  public long threadId() {
    return threadId;
  }

  /** Returns when it began, in CLOCK_MONOTONIC nanoseconds. */
  public long startNanos() {
    return startNanos;
  }

  /** Returns the name of the thread that began it. */
  public String threadName() {
    return thread.getName();
  }

  /** Notes that the kernel no longer uses the memory or file. */
  public void end() {
    if (!ended) {
      ended = true;
      guard.ended(this);
    }
  }

  /**
   * Returns whether the kernel still uses the memory or file, after a look if one is needed.
   *
   * @param asker a thread that is not in a call that holds anything: it is about to make another
   */
  // Threads are compared by identity: a subclass may have an equals of its own.
  @SuppressWarnings("ReferenceEquality")
  boolean isLive(Thread asker) {
    boolean isOver = ending == Ending.CALL && (thread == asker || !thread.isAlive());
    return !ended && !isOver && stand.holds() && !ended;
  }

  /** Returns what ends it. */
  Ending ending() {
    return ending;
  }

  /** Returns whether the current thread began it. */
  // Threads are compared by identity: a subclass may have an equals of its own.
  @SuppressWarnings("ReferenceEquality")
  boolean isOfThisThread() {
    return thread == Thread.currentThread();
  }

  /** Returns whether it is about pages or bytes of a file. */
  boolean isOf(KeptFiles.File file) {
    for (Reach reach : stand.reaches()) {
      if (reach.use() == Reach.Use.BUFFER
          && reach.device() == file.device()
          && reach.inode() == file.inode()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether the current thread would wait for itself: only the program ends the hold, and
   * this thread began it. Another thread may be about to read a pipe, so that one is waited for.
   */
  boolean isOwn() {
    return ending == Ending.PROGRAM && isOfThisThread();
  }

  /** Returns the stack of the holder, as far as it is known and belongs to the program. */
  public StackTraceElement[] stack() {
    StackTraceElement[] all = site == null ? thread.getStackTrace() : site.getStackTrace();
    List<StackTraceElement> frames = new ArrayList<>();
    for (StackTraceElement frame : all) {
      if (frames.size() < FRAMES && CallStack.isOfProgram(frame.getClassName())) {
        frames.add(frame);
      }
    }
    return frames.isEmpty()
        ? Arrays.copyOf(all, Math.min(FRAMES, all.length))
        : frames.toArray(new StackTraceElement[0]);
  }
}
