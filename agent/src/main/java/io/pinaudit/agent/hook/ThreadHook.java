package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.ThreadOrder;

/**
 * {@code start()}, {@code start(ThreadContainer)}, {@code join(long)} and {@code join(Duration)} of
 * a thread, virtual or not. A join with a time limit is no event.
 */
public final class ThreadHook implements Hook {
  private static final String START = "Thread.start";
  private static final String JOIN = "Thread.join";

  private final Recorder recorder;
  private final boolean joins;

  /**
   * Makes a hook of one of the methods.
   *
   * @param joins whether the method waits for the end of the thread; otherwise it starts the thread
   */
  public ThreadHook(Recorder recorder, boolean joins) {
    this.recorder = recorder;
    this.joins = joins;
  }

  @Override
  public Call enter(Object first, Object second, long a, long b, long c, long d) {
    // The arguments come before the receiver.
    Object receiver = second == null ? first : second;
    if (!(receiver instanceof Thread thread) || !recorder.started()) {
      return null;
    }
    if (joins) {
      // A wait that would have given up orders nothing: another time the thread is slower.
      boolean patient = second == null && a == 0;
      return patient ? new Join(recorder, thread) : null;
    }
    commit(recorder, thread, false);
    return null;
  }

  private static void commit(Recorder recorder, Thread thread, boolean joined) {
    if (new ThreadOrder().isEnabled()) {
      ThreadOrder event = new ThreadOrder();
      event.operation = joined ? JOIN : START;
      event.otherThreadId = JdkInternals.number(thread);
      event.joined = joined;
      recorder.commitOrder(event, System.nanoTime());
    }
  }

  private static final class Join extends Call {
    private final Recorder recorder;
    private final Thread thread;

    Join(Recorder recorder, Thread thread) {
      this.recorder = recorder;
      this.thread = thread;
    }

    @Override
    public void end(long result, String error) {
      if (!thread.isAlive()) {
        commit(recorder, thread, true);
      }
    }
  }
}
