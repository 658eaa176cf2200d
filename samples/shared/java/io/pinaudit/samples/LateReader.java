package io.pinaudit.samples;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A thread that reads a pipe when it is told to, or else after a while.
 *
 * <p>Without the latter, whoever waits for the pin before telling it would wait for ever.
 */
final class LateReader implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final CountDownLatch told = new CountDownLatch(1);
  private final Future<byte[]> received;

  LateReader(Pipe pipe, int patienceMillis) {
    this(pipe, patienceMillis, () -> {});
  }

  /**
   * As above.
   *
   * @param drained told by the reading thread that nothing of the pipe is left
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

  /** Tells the thread to read, if it has not yet; all that was in the pipe. */
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
