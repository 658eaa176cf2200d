package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Threads that audit, one for each processor. A timeline that does not fit into memory beside the
 * others is audited once more, alone; if it does not fit then, its audit has failed.
 */
final class Workers implements AutoCloseable {
  private static final int AHEAD = 3;

  private final int threads = Runtime.getRuntime().availableProcessors();
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          threads, Thread.ofPlatform().daemon().name("pinaudit-fleet-", 0).factory());
  // Audits share it; one that is repeated alone has it for itself.
  private final ReadWriteLock memory = new ReentrantReadWriteLock(true);
  private final Path scratch;

  Workers(Path scratch) {
    this.scratch = scratch;
  }

  /**
   * Returns how many results may wait, so that a long audit does not stop the others, and results
   * do not pile up.
   */
  int window() {
    return AHEAD * threads;
  }

  Future<RunHead> head(RunFile file) {
    return executor.submit(
        () -> inMemory(() -> RunHead.read(file, scratch), () -> RunHead.broken(file, tooLarge())));
  }

  Future<TimelineRows> audit(Timeline timeline) {
    return executor.submit(
        () ->
            inMemory(
                () -> TimelineAudit.rows(timeline, scratch),
                () -> TimelineAudit.failed(timeline, tooLarge())));
  }

  /** Work that reads recordings. */
  private interface Work<T> {
    T result() throws IOException;
  }

  private <T> T inMemory(Work<T> work, Work<T> failed) throws IOException {
    memory.readLock().lock();
    try {
      return work.result();
    } catch (OutOfMemoryError e) {
      // Another one may be to blame: this one is tried again below.
    } finally {
      memory.readLock().unlock();
    }
    return alone(work, failed);
  }

  private <T> T alone(Work<T> work, Work<T> failed) throws IOException {
    memory.writeLock().lock();
    try {
      return work.result();
    } catch (OutOfMemoryError e) {
      return failed.result();
    } finally {
      memory.writeLock().unlock();
    }
  }

  private static String tooLarge() {
    return "needs more memory than the %d MiB that this process may have: set"
            .formatted(Runtime.getRuntime().maxMemory() >> 20)
        + " PINAUDIT_JAVA_OPTS=-Xmx…";
  }

  static <T> T get(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError error) {
        throw error;
      }
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  /** Stops at once: what nobody waits for any more is not finished. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
