package io.pinaudit.samples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thread that reads a pipe when {@link #read} is called, or after a while if it is not.
 *
 * <p>Without the limit, a thread that waits for the pin before it calls {@code read} would wait for
 * ever.
 */
final class LateReader implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final CountDownLatch told = new CountDownLatch(1);
  private final Future<byte[]> received;

  LateReader(Pipe pipe, int patienceMillis) {
    this(pipe, patienceMillis, () -> {});
  }

  /**
   * Starts the thread; it runs an action when it has emptied the pipe.
   *
   * @param drained run by the reading thread when the pipe is empty
   */
  LateReader(Pipe pipe, int patienceMillis, Runnable drained) {
    received =
        thread.submit(
            () -> {
              boolean _ = told.await(patienceMillis, MILLISECONDS);
              System.out.println("reading the pipe");
              byte[] all = pipe.drain();
              drained.run();
              return all;
            });
  }

  /** Lets the thread read, if it has not yet, and returns all that was in the pipe. */
  byte[] read() throws IOException, InterruptedException {
    told.countDown();
    try {
      return received.get();
    } catch (ExecutionException e) {
      throw new IOException("the pipe could not be read: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    told.countDown();
    thread.close();
  }
}
