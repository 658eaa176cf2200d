package io.pinaudit.junit.subject;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two tests run at once; in one of them a thread of nobody's does the harm. */
@NoPinHazards
@Execution(ExecutionMode.CONCURRENT)
class AtOnce {
  private static final CyclicBarrier BOTH = new CyclicBarrier(2);

  @TempDir Path folder;

  @Test
  void ownThread() throws Exception {
    meet();
    try (MappedFile file = new MappedFile(folder.resolve("own"))) {
      file.cutBelow();
    }
    meet();
  }

  @Test
  void otherThread() throws Exception {
    meet();
    Thread worker = new Thread(new Worker(folder.resolve("worker")));
    worker.start();
    worker.join();
    meet();
  }

  private static void meet() throws Exception {
    BOTH.await(30, TimeUnit.SECONDS);
  }

  private record Worker(Path path) implements Runnable {
    @Override
    public void run() {
      try (MappedFile file = new MappedFile(path)) {
        file.cutBelow();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
