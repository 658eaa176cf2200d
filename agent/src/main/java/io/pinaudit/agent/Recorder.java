package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.events.FileEvent;
import io.pinaudit.events.TimedEvent;

/**
 * Fills in what all events have in common and commits them.
 *
 * <p>Any thread.
 */
final class Recorder {
  private final Kernel kernel = new Kernel();
  // False until the flight recorder has started and all event classes are initialised: to touch
  // them
  // before that would start it.
  private volatile boolean started;

  /** Whether there can be events; only then may their classes be touched. */
  boolean started() {
    return started;
  }

  void start() {
    started = true;
  }

  Kernel kernel() {
    return kernel;
  }

  /** Commits an event about a call. */
  void commit(TimedEvent event, Call call, String operation, String error) {
    event.startNanos = call.startNanos();
    event.endNanos = call.endNanos();
    event.kernelThreadId = kernel.threadId();
    event.operation = operation;
    event.error = error;
    event.commit();
  }

  /** Commits an event about a call that concerns one file. */
  void commit(FileEvent event, FileState file, Call call, String operation, String error) {
    event.deviceMajor = file.deviceMajor();
    event.deviceMinor = file.deviceMinor();
    event.inode = file.inode();
    event.path = file.path();
    commit(event, call, operation, error);
  }

  /** Commits an event about the agent itself, now. */
  void commit(TimedEvent event, String hook) {
    event.startNanos = System.nanoTime();
    event.endNanos = event.startNanos;
    event.kernelThreadId = kernel.threadId();
    event.operation = hook;
    event.commit();
  }
}
