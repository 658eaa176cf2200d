package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shrink meets. */
class PoolShrinkTest extends PoolFixture {
  @Test
  void shrinksWhenTheLastPinIsClosed() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent low = pool.allocate(MIB);
      fill(low, 5);
      Extent high = pool.allocate(MIB);
      Pin pin = high.pin("dma");
      assertThrows(IllegalStateException.class, () -> pool.shrink(2 * MIB));
      high.free();
      pool.shrink(2 * MIB);
      assertEquals(4 * MIB, Files.size(path()));
      pin.segment().fill((byte) 1);
      pin.close();
      assertEquals(2 * MIB, Files.size(path()));
      assertEquals(5, firstByte(low));
      // No SIGBUS for a stale view: the file was taken from under it.
      assertEquals(0, high.segment().get(ValueLayout.JAVA_BYTE, MIB - 1));
      assertEquals(1, firstByte(high));
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(2 * MIB, pool.length());
    }
  }

  /** The log may still begin with what lay beyond. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void opensAfterAShrinkBelowWhatWasCommitted(boolean growsAgain) throws IOException {
    PoolOptions options = PoolOptions.ofLength(4 * MIB).growTo(4 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      pool.allocate(4096).commit("low");
      Extent low = pool.allocate(2 * MIB);
      Extent high = pool.allocate(MIB);
      high.commit("high");
      high.free();
      low.free();
      assertTrue(pool.shrink(MIB));
      if (growsAgain) {
        pool.allocate(MIB).commit("in its place");
      }
    }
    assertEquals(growsAgain ? 2 * MIB : MIB, Files.size(path()));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      assertEquals(growsAgain ? 2 : 1, pool.extents().size());
    }
  }

  private static void awaitFree(ExtentPool pool, long bytes) throws InterruptedException {
    while (pool.deferredBytes() != bytes) {
      Thread.sleep(1);
    }
  }

  /** A free that waits in vain leaves its extent alive: nothing may be cut off until it is over. */
  @Test
  void aShrinkWaitsForFreesThatWait() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent low = pool.allocate(2 * MIB);
      Extent high = pool.allocate(4096);
      low.free();
      fill(high, 7);
      high.commit("high");
      Pin waited = high.pin(PinOptions.named("waited for").policy(PinPolicy.WAIT));
      Pin held = high.pin("held");
      CompletableFuture<Object> free =
          inBackground(
              () -> {
                high.free(Duration.ofMillis(50));
                return null;
              });
      awaitFree(pool, 4096);
      waited.close();
      assertThrows(IllegalStateException.class, () -> pool.shrink(MIB));
      assertEquals(StillPinnedException.class, free.get().getClass());
      held.close();
      pool.sync();
      assertEquals(7, firstByte(high));
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(List.of("high"), pool.extents().stream().map(Extent::name).toList());
    }
  }

  /** In the background: frees an extent that lies beyond a mebibyte, and waits for its pin. */
  private static CompletableFuture<Object> waitingFree(ExtentPool pool, List<Pin> pins)
      throws Exception {
    Extent low = pool.allocate(2 * MIB);
    Extent high = pool.allocate(4096);
    low.free();
    pins.add(high.pin("waited for"));
    CompletableFuture<Object> free =
        inBackground(
            () -> {
              high.free();
              return "freed";
            });
    awaitFree(pool, 4096);
    return free;
  }

  private static void awaitWaiters(int count) throws InterruptedException {
    while (Thread.getAllStackTraces().entrySet().stream()
            .filter(e -> e.getKey().getState() == Thread.State.TIMED_WAITING)
            .filter(e -> Arrays.stream(e.getValue()).anyMatch(PoolShrinkTest::isAwait))
            .count()
        < count) {
      Thread.sleep(1);
    }
  }

  private static boolean isAwait(StackTraceElement frame) {
    return frame.getClassName().equals(Lease.class.getName())
        && frame.getMethodName().equals("await");
  }

  @Test
  void aShrinkThatWaitedFindsThePoolClosed() throws Exception {
    for (int round = 0; round < 20; round++) {
      ExtentPool pool =
          ExtentPool.open(path(), PoolOptions.ofLength(4 * MIB).policy(PinPolicy.WAIT));
      List<Pin> pins = new ArrayList<>();
      CompletableFuture<Object> free = waitingFree(pool, pins);
      CompletableFuture<Object> shrink = inBackground(() -> pool.shrink(MIB));
      awaitWaiters(2);
      CompletableFuture<Object> close =
          inBackground(
              () -> {
                pool.close();
                return "closed";
              });
      awaitWaiters(3);
      pins.getFirst().close();
      assertEquals("freed", free.get());
      assertEquals("closed", close.get());
      if (!shrink.get().equals(true)) {
        assertEquals(IllegalStateException.class, shrink.get().getClass());
      }
      Files.delete(path());
    }
  }

  @Test
  void ofTwoShrinksThatWaitedTheShorterOneStays() throws Exception {
    for (int round = 0; round < 20; round++) {
      PoolOptions options = PoolOptions.ofLength(4 * MIB).policy(PinPolicy.WAIT);
      try (ExtentPool pool = ExtentPool.open(path(), options)) {
        List<Pin> pins = new ArrayList<>();
        CompletableFuture<Object> free = waitingFree(pool, pins);
        CompletableFuture<Object> shorter = inBackground(() -> pool.shrink(MIB));
        awaitWaiters(2);
        CompletableFuture<Object> longer = inBackground(() -> pool.shrink(2 * MIB));
        awaitWaiters(3);
        pins.getFirst().close();
        assertEquals("freed", free.get());
        assertEquals(true, shorter.get());
        longer.get();
        assertEquals(MIB, pool.length());
      }
      ExtentPool.open(path(), PoolOptions.defaults()).close();
      Files.delete(path());
    }
  }
}
