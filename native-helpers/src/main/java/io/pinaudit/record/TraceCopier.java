package io.pinaudit.record;

import io.pinaudit.linux.Posix;
import io.pinaudit.run.Marks;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One tracing instance and the thread that copies the buffers of the instance into a file, until
 * the thread is told that no more events will come.
 *
 * <p>Once a buffer is half full, the thread takes precedence over the audited threads. If they
 * leave it no processor, it is better to slow them down than to lose their events.
 */
final class TraceCopier implements AutoCloseable {
  private static final long DRAIN_MILLIS = 60_000;
  private static final long CLOSE_MILLIS = 2_000;
  private static final int LITTLE_BYTES = 2048;
  private static final long LOOK_NANOS = 500_000_000;
  private static final int HALF = 50;
  private static final int HURRIED = -15;

  private final TraceInstance instance;
  private final Thread thread;
  private final Path directory;
  private TraceOutput output; // the thread's, once it runs
  private volatile boolean ending;
  private volatile boolean closed;
  private volatile boolean finished;

  /**
   * Makes a copier.
   *
   * @param directory where the output is
   */
  TraceCopier(TraceInstance instance, Path directory) {
    this.instance = instance;
    this.directory = directory;
    this.thread = Thread.ofPlatform().daemon().name("pinaudit-copier").unstarted(this::copy);
  }

  TraceInstance instance() {
    return instance;
  }

  /** Writes the first mark and begins to copy into an output, which is closed at the end. */
  void start(TraceOutput into) throws IOException {
    output = into;
    instance.mark(Marks.START);
    thread.start();
  }

  /** Tells the output what is to come, once all events are enabled. */
  void describe(String symbols) throws IOException {
    output.describe(instance.enabled(), symbols);
  }

  /** Writes the last mark; {@link #awaitEnd} waits until it was copied. */
  void finish() throws IOException {
    instance.mark(Marks.END);
    ending = true;
  }

  /** Waits until the last mark was copied. */
  void awaitEnd() throws InterruptedException {
    thread.join(DRAIN_MILLIS);
  }

  /** Returns whether everything up to the last mark was copied. */
  boolean finished() {
    return finished && !thread.isAlive();
  }

  private void copy() {
    try (TraceOutput out = output) {
      copyAll(out);
      out.complete();
    } catch (IOException | InterruptedException e) {
      // What was copied stays. finished() shows that the end is missing.
      return;
    }
    finished = true;
  }

  private void copyAll(TraceOutput out) throws IOException, InterruptedException {
    long lookNanos = System.nanoTime();
    boolean last;
    do {
      last = ending;
      long copied = out.copy(last);
      if (closed) {
        throw new InterruptedException();
      }
      if (!last && copied < LITTLE_BYTES) {
        out.await();
      }
      if (System.nanoTime() - lookNanos > LOOK_NANOS) {
        lookNanos = System.nanoTime();
        if (Room.isShortForKernel(directory)) {
          throw new IOException(directory + " is nearly full");
        }
        Posix.setNiceness(instance.fillPercent() > HALF ? HURRIED : 0);
      }
    } while (!last);
  }

  /** Ends the copying, then removes the instance, which cannot go while it is being read. */
  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    instance.close();
  }
}
