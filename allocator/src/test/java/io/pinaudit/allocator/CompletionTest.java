package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is put off can be waited for by whoever asked for it. */
class CompletionTest extends PoolFixture {
  private static boolean isDone(CompletionStage<Void> stage) throws Exception {
    try {
      stage.toCompletableFuture().get(20, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static void finish(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @Test
  void freesWithoutWaiting() throws Exception {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent extent = pool.allocate(4096);
      extent.commit("freed");
      Pin pin = extent.pin("io");
      assertEquals(1, extent.pinCount());
      CompletionStage<Void> freed = extent.freeAsync();
      assertFalse(isDone(freed));
      assertEquals("io", extent.openPins().getFirst().name());
      pin.close();
      finish(freed);
      assertEquals(4096, pool.deferredBytes(), "the log does not say so durably yet");
      pool.sync();
      assertEquals(0, pool.deferredBytes());
      assertTrue(isDone(pool.allocate(4096).freeAsync()));
    }
  }

  @Test
  void nothingIsInNoAccount() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      long free = pool.fragmentation().freeBytes();
      Extent extent = pool.allocate(4096);
      extent.commit("freed");
      extent.free();
      assertEquals(free, pool.fragmentation().freeBytes() + pool.deferredBytes());
      pool.sync();
      assertEquals(free, pool.fragmentation().freeBytes());
    }
  }

  @Test
  void shrinksAndClosesWithoutWaiting() throws Exception {
    ExtentPool pool = open(PinPolicy.WAIT);
    pool.allocate(MIB);
    Extent high = pool.allocate(MIB);
    Pin pin = high.pin("io");
    high.freeAsync();
    CompletionStage<Void> shrunk = pool.shrinkAsync(2 * MIB);
    assertFalse(isDone(shrunk));
    CompletionStage<Void> closed = pool.closeAsync();
    assertFalse(isDone(closed));
    assertFalse(pool.awaitClosed(Duration.ofMillis(1)));
    assertEquals(MIB, pool.deferredBytes());
    pin.close();
    finish(shrunk);
    finish(closed);
    assertTrue(pool.awaitClosed(Duration.ZERO));
    assertEquals(0, pool.deferredBytes());
    assertEquals(2 * MIB, Files.size(path()));
  }

  @Test
  void aFileDoesAllWithoutWaiting() throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[65_536]);
    Path other = Files.writeString(folder.resolve("other"), "other");
    PinnedFile file = PinnedFile.open(path, PoolOptions.defaults().policy(PinPolicy.WAIT));
    Pin pin = file.pin(0, 65_536, "io");
    CompletionStage<Void> punched = file.punchAsync(0, 4096);
    CompletionStage<Void> truncated = file.truncateAsync(8192);
    CompletionStage<Void> replaced = file.replaceAsync(other);
    CompletionStage<Void> deleted = file.deleteAsync();
    assertEquals(65_536, file.deferredBytes());
    CompletionStage<Void> closed = file.closeAsync();
    assertFalse(isDone(punched));
    assertThrows(IllegalStateException.class, () -> file.truncateAsync(0));
    pin.close();
    finish(punched);
    finish(truncated);
    finish(replaced);
    // By then there is another file of its name: that is left alone.
    ExecutionException failed = assertThrows(ExecutionException.class, () -> finish(deleted));
    assertInstanceOf(IOException.class, failed.getCause());
    finish(closed);
    assertEquals("other", Files.readString(path));
    assertEquals(0, file.deferredBytes());
  }

  @Test
  void anArenaClosesWithoutWaiting() throws Exception {
    PinnedArena arena = PinnedArena.ofShared(PoolOptions.defaults().policy(PinPolicy.WAIT));
    Pin pin = arena.pin(arena.allocate(8), "io");
    CompletionStage<Void> closed = arena.closeAsync();
    assertFalse(isDone(closed));
    assertTrue(arena.toString().endsWith(", closed"));
    pin.close();
    finish(closed);
    assertFalse(arena.scope().isAlive());
  }
}
