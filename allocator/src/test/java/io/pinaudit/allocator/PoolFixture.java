package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;

/** A pool in a folder of the test's own, and what is done to it. */
abstract class PoolFixture {
  static final long MIB = 1 << 20;

  /** How long a file that is used as on DAX has to have been without pins. */
  static final Duration REST = Duration.ofMillis(20);

  @TempDir Path folder;

  /** What may come to be. */
  interface Condition {
    boolean holds() throws IOException;
  }

  final Path path() {
    return folder.resolve("pool");
  }

  final ExtentPool open(PinPolicy policy) throws IOException {
    return ExtentPool.open(
        path(), PoolOptions.ofLength(4 * MIB).policy(policy).patience(Duration.ofMillis(100)));
  }

  /** Whether nobody has the pool open. */
  final boolean opens() {
    try {
      open(PinPolicy.DEFER).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static void fill(Extent extent, int value) {
    extent.segment().fill((byte) value);
  }

  static int firstByte(Extent extent) {
    return extent.segment().get(ValueLayout.JAVA_BYTE, 0);
  }

  static void await(Condition condition) throws Exception {
    for (int i = 0; i < 10_000 && !condition.holds(); i++) {
      Thread.sleep(1);
    }
    assertTrue(condition.holds());
  }

  /** On a thread of its own; what it throws is its result. */
  static CompletableFuture<Object> inBackground(Callable<?> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.call();
          } catch (Exception e) {
            return e;
          }
        },
        task -> Thread.ofPlatform().start(task));
  }
}
