package io.pinaudit.junit.subject;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A latch orders the two calls, which no recording shows. */
@NoPinHazards(confirm = 2)
class LatchOrder {
  @TempDir Path folder;

  @Test
  void unmapsAfterTheWriter() throws Exception {
    // A build tool sets properties when the JVM runs already.
    assertTrue(System.getProperty("folder") != null);
    WrittenMapping file = new WrittenMapping(folder);
    CountDownLatch written = new CountDownLatch(1);
    Thread writer =
        new Thread(
            () -> {
              file.write();
              written.countDown();
            });
    writer.setUncaughtExceptionHandler((thread, thrown) -> {});
    writer.start();
    written.await();
    Thread.sleep(50);
    file.unmap();
    writer.join();
  }
}
