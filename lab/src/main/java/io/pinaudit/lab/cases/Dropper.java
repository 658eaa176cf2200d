package io.pinaudit.lab.cases;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thread that drops a pin when {@link #drop} is called, or when the free evidently waits for it.
 */
final class Dropper implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 3000;
  // The largest delay after which this process learns that a device is done.
  private static final long WAKE_UP_NANOS = 50_000_000;

  // The schedule is the same on every kernel, so that the run of one kernel shows how long another
  // one waits.
  private static final boolean IS_SCHEDULED = System.getenv("MATRIX_SCHEDULE") != null;

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final CountDownLatch returned = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final MatrixPin pin;
  private final Future<Long> droppedNanos;

  Dropper(MatrixPin pin) {
    this.pin = pin;
    droppedNanos = thread.submit(pin.endsByItself() ? this::awaitDevice : this::dropWhenTold);
  }

  private long awaitDevice() throws IOException, InterruptedException {
    pin.drop();
    long nanos = System.nanoTime();
    if (!returned.await(PATIENCE_MILLIS, MILLISECONDS)) {
      pin.wakeWaiters();
    }
    return nanos;
  }

  private long dropWhenTold() throws IOException, InterruptedException {
    long limitNanos = System.nanoTime() + MILLISECONDS.toNanos(PATIENCE_MILLIS);
    if (returned.await(PATIENCE_MILLIS, MILLISECONDS)) {
      told.await();
    }
    if (IS_SCHEDULED) {
      NANOSECONDS.sleep(limitNanos - System.nanoTime());
    }
    long nanos = System.nanoTime();
    pin.drop();
    return nanos;
  }

  /** Notes that the free has returned: nothing waits for the pin any more. */
  void freeReturned() {
    returned.countDown();
  }

  /** Drops the pin now, unless it was dropped, and waits until it is. */
  void drop() throws IOException, InterruptedException {
    told.countDown();
    try {
      droppedNanos.get();
    } catch (ExecutionException e) {
      throw new IOException("the pin was not dropped", e.getCause());
    }
  }

  /**
   * Returns whether a call that lasted from one time to another ended only because the pin was
   * dropped. A call that ended sooner than this process can learn of a device's end has not waited
   * for that device.
   */
  boolean wasAwaited(long startNanos, long endNanos) {
    boolean canWait = !pin.endsByItself() || endNanos - startNanos >= WAKE_UP_NANOS;
    long slackNanos = pin.endsByItself() ? WAKE_UP_NANOS : 0;
    return canWait && endNanos + slackNanos >= droppedNanos.resultNow();
  }

  @Override
  public void close() {
    returned.countDown();
    told.countDown();
    thread.close();
  }
}
