package io.pinaudit.junit.subject;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only a pause orders the two calls: until the writer has ended, or is held. */
@NoPinHazards(confirm = 2)
class LuckyOrder {
  @TempDir Path folder;

  @Test
  void unmapsAfterTheWrite() throws Exception {
    // A build tool sets properties when the JVM runs already.
    assertTrue(System.getProperty("folder") != null);
    WrittenMapping file = new WrittenMapping(folder);
    Thread writer = new Thread(file::write);
    writer.setUncaughtExceptionHandler((thread, thrown) -> {});
    writer.start();
    while (Set.of(Thread.State.RUNNABLE, Thread.State.BLOCKED).contains(writer.getState())) {
      Thread.sleep(5);
    }
    file.unmap();
    writer.join();
  }
}
