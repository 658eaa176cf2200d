package io.pinaudit.agent.state;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.jdk.Kernel;
import io.pinaudit.events.ThreadOrder;
import io.pinaudit.events.TimedEvent;
import io.pinaudit.events.TransferEnd;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sets the fields that all events have, and commits events.
 *
 * <p>Safe for any thread.
 */
public final class Recorder {
  // Of the smallest frames that there are; more stack than any way through JFR takes.
  private static final int COMMIT_DEPTH = 128;

  private static final LongAdder EVENTS = new LongAdder();

  private final Kernel kernel = new Kernel();
  private final Stacks stacks = new Stacks();
  // False until the flight recorder has started and all event classes are initialised: to touch
  // them before that would start it.
  private volatile boolean started;

  /** Returns whether there can be events; only then may other code touch the event classes. */
  public boolean started() {
    return started;
  }

  public void start() {
    started = true;
  }

  public void stop() {
    started = false;
  }

  /** Returns the number of committed events. */
  public long events() {
    return EVENTS.sum();
  }

  /** Returns what decides which transfers are worth a stack. */
  public Stacks stacks() {
    return stacks;
  }

  public Kernel kernel() {
    return kernel;
  }

  /**
   * Commits an event if the stack has room for all of it. If an event runs out of stack, JFR leaves
   * a part of the event in its buffer, and the recording cannot be read from there on.
   */
  private static void commit(TimedEvent event) {
    if (descend(COMMIT_DEPTH) != COMMIT_DEPTH) {
      throw new IllegalStateException("the stack is no stack");
    }
    event.commit();
    EVENTS.increment();
  }

  private static int descend(int depth) {
    return depth == 0 ? 0 : 1 + descend(depth - 1);
  }

  /** Commits an event about a call. */
  public void commit(TimedEvent event, Call call, String operation, String error) {
    event.startNanos = call.startNanos();
    event.endNanos = call.endNanos();
    event.kernelThreadId = kernel.threadId();
    event.operation = operation;
    event.error = error;
    commit(event);
  }

  /**
   * Commits an event about no call: about the agent, or about a mapping or pin that lives at this
   * time.
   */
  public void commit(TimedEvent event, String operation, long nanos) {
    event.startNanos = nanos;
    event.endNanos = nanos;
    event.kernelThreadId = kernel.threadId();
    event.operation = operation;
    commit(event);
  }

  /** Commits an event about something other than a call; its operation is set already. */
  public void commit(TimedEvent event, long startNanos, long endNanos) {
    event.startNanos = startNanos;
    event.endNanos = endNanos;
    event.kernelThreadId = kernel.threadId();
    commit(event);
  }

  /**
   * Commits an event about the order of two threads. The event has no kernel thread number, because
   * finding it takes long for virtual threads, of which there may be many.
   */
  public void commitOrder(ThreadOrder event, long nanos) {
    event.startNanos = nanos;
    event.endNanos = nanos;
    event.kernelThreadId = -1;
    commit(event);
  }

  /** Commits the end of a request that a call has seen to be complete. */
  public void ended(long requestId, long resultBytes, Call call, String operation) {
    if (started && new TransferEnd().isEnabled()) {
      TransferEnd event = new TransferEnd();
      event.requestId = requestId;
      event.resultBytes = resultBytes;
      commit(event, call, operation, resultBytes < 0 ? Long.toString(resultBytes) : null);
    }
  }
}
