package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.hold.LeaseState;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ExtentPoolTest extends PoolFixture {
  @Test
  void findsCommittedExtentsAgain() throws IOException {
    long offset;
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent kept = pool.allocate(10_000);
      assertEquals(12_288, kept.length());
      offset = kept.offset();
      fill(kept, 7);
      kept.commit("kept");
      pool.allocate(4096);
      Extent freed = pool.allocate(4096);
      freed.commit("freed");
      freed.free();
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(List.of("kept"), pool.extents().stream().map(Extent::name).toList());
      Extent kept = pool.extentAt(offset).orElseThrow();
      assertEquals(12_288, kept.length());
      assertEquals(7, firstByte(kept));
      assertEquals(4 * MIB - 8192 - 2 * (64 << 10) - 12_288, pool.fragmentation().freeBytes());
    }
  }

  @Test
  void saysHowBrokenUpFreeStorageIs() {
    assertEquals(0.98, new Fragmentation(50 * 4096, 50, 4096).ratio(), 1e-9);
    assertEquals(0, new Fragmentation(0, 0, 0).ratio());
  }

  @Test
  void defersFreeToLastUnpin() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Fragmentation before = pool.fragmentation();
      Extent extent = pool.allocate(MIB);
      Pin first = extent.pin("first");
      Pin second = first.share();
      extent.free();
      assertEquals(MIB, pool.deferredBytes());
      assertThrows(IllegalStateException.class, () -> extent.pin("late"));
      assertThrows(IllegalStateException.class, extent::free);
      first.close();
      first.close();
      assertEquals(MIB, pool.deferredBytes());
      second.close();
      assertEquals(0, pool.deferredBytes());
      assertEquals(before, pool.fragmentation());
    }
  }

  @Test
  void defersFreeToTheLastOfManyPinsOfOneThread() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      Extent other = pool.allocate(4096);
      List<Pin> pins = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        pins.add((i % 3 == 0 ? other : extent).pin("one of many"));
      }
      assertEquals(66, LeaseState.pins(extent.word()));
      assertEquals(100, pool.pins().size());
      extent.free();
      Collections.shuffle(pins, new Random(1));
      List<Pin> holding = pins.stream().filter(pin -> pin.isOf(extent)).toList();
      for (Pin pin : holding) {
        assertEquals(4096, pool.deferredBytes());
        pin.close();
      }
      assertEquals(0, pool.deferredBytes());
    }
  }

  private static void freesWhenClosed(ExtentPool pool, Extent extent, Pin last) {
    extent.free();
    assertEquals(4096, pool.deferredBytes());
    last.close();
    assertEquals(0, pool.deferredBytes());
  }

  @Test
  void thePinOfADeadThreadHolds() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      AtomicReference<Pin> left = new AtomicReference<>();
      Thread thread = new Thread(() -> left.set(extent.pin("left open")));
      thread.start();
      thread.join();
      freesWhenClosed(pool, extent, left.get());
    }
  }

  /** What grows with tasks is looked through by each free. */
  @Test
  void tasksOfTheCommonPoolLeaveNoTrailEach() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      for (int task = 0; task < 200; task++) {
        CompletableFuture.runAsync(() -> extent.pin("task").close()).join();
      }
      assertEquals(200, pool.holders().taken());
      int threads = pool.holders().trails();
      assertTrue(threads <= ForkJoinPool.getCommonPoolParallelism() + 1, threads + " trails");
    }
  }

  /** Or a dead thread's pins would make up for as many new ones, which the gate then would miss. */
  @Test
  void countsThePinsOfDeadThreads() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      for (int i = 1; i <= 200; i++) {
        Thread thread = new Thread(() -> extent.pin("short").close());
        thread.start();
        thread.join();
        assertEquals(i, pool.holders().taken());
      }
      assertTrue(pool.holders().trails() < 150, "dead threads are swept");
    }
  }

  @Test
  void closingAPinAgainDoesNotEndTheNext() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      Pin first = extent.pin("first");
      first.close();
      Pin second = extent.pin("second");
      first.close();
      assertThrows(IllegalStateException.class, first::segment);
      assertThrows(IllegalStateException.class, first::detach);
      freesWhenClosed(pool, extent, second);
    }
  }

  /** Or a late note for the one that was there before would hold the next. */
  @Test
  void anExtentAtTheSamePlaceHasAnotherKey() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent first = pool.allocate(4096);
      first.free();
      Extent second = pool.allocate(4096);
      assertEquals(first.offset(), second.offset());
      assertTrue(first.key() != second.key());
    }
  }

  @Test
  void waitsAndNamesHolders() throws Exception {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent extent = pool.allocate(MIB);
      Pin pin = extent.pin("the holder");
      StillPinnedException e = assertThrows(StillPinnedException.class, extent::free);
      assertTrue(e.getMessage().contains("\"the holder\" of thread \"main\""), e.getMessage());
      assertTrue(e.getMessage().contains("ExtentPoolTest.java"), e.getMessage());
      extent.pin("another").close();
      CompletableFuture<Void> unpin =
          CompletableFuture.runAsync(
              pin::close, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
      extent.free(Duration.ofSeconds(30));
      assertTrue(LeaseState.reclaimed(extent.word()));
      unpin.get();
    }
  }

  @Test
  void copiesInAndBack() throws IOException {
    try (ExtentPool pool = open(PinPolicy.COPY)) {
      Extent extent = pool.allocate(8192);
      fill(extent, 1);
      try (Pin pin = extent.pin("read")) {
        assertEquals(1, pin.segment().get(ValueLayout.JAVA_BYTE, 0));
        pin.segment().fill((byte) 2);
        assertEquals(1, firstByte(extent));
      }
      assertEquals(2, firstByte(extent));
      try (Pin pin = extent.pin(PinOptions.named("out").transfer(Transfer.OUT))) {
        pin.segment().fill((byte) 3);
      }
      assertEquals(2, firstByte(extent));
    }
  }

  @Test
  void neverWritesACopyBackToFreedStorage() throws IOException {
    try (ExtentPool pool = open(PinPolicy.COPY)) {
      Extent extent = pool.allocate(8192);
      Pin pin = extent.pin("read");
      pin.segment().fill((byte) 2);
      extent.free();
      Extent next = pool.allocate(8192);
      assertEquals(extent.offset(), next.offset());
      fill(next, 9);
      pin.close();
      assertEquals(9, firstByte(next));
    }
  }

  @Test
  void keepsFileAndMappingOpenForPins() throws IOException {
    ExtentPool pool = open(PinPolicy.DEFER);
    Extent extent = pool.allocate(4096);
    Pin pin = extent.pin("late");
    pool.close();
    pin.segment().fill((byte) 1);
    assertThrows(IOException.class, () -> open(PinPolicy.DEFER));
    assertThrows(IllegalStateException.class, () -> extent.pin("too late"));
    pin.close();
    open(PinPolicy.DEFER).close();
  }

  /** What a copy was made of is given back already; the log does not say so durably yet. */
  @Test
  void closesAlthoughACopyOfWhatIsFreedIsOpen() throws IOException {
    ExtentPool pool = open(PinPolicy.COPY);
    Extent extent = pool.allocate(4096);
    extent.commit("freed");
    Pin copy = extent.pin("copy");
    extent.free();
    pool.close();
    try (ExtentPool reopened = open(PinPolicy.COPY)) {
      assertEquals(List.of(), reopened.extents());
    }
    copy.close();
  }

  @Test
  void closesWhenTheLastPinGivesBackWhatACopyIsStillOpenOf() throws IOException {
    ExtentPool pool = open(PinPolicy.DEFER);
    Extent extent = pool.allocate(4096);
    Pin pin = extent.pin("storage");
    Pin copy = extent.pin(PinOptions.named("copy").policy(PinPolicy.COPY));
    extent.free();
    pool.close();
    pin.close();
    open(PinPolicy.DEFER).close();
    copy.close();
  }

  @Test
  void closeWaitsForPins() throws IOException {
    ExtentPool pool = open(PinPolicy.WAIT);
    Pin pin = pool.allocate(4096).pin("held");
    assertThrows(StillPinnedException.class, pool::close);
    pool.allocate(4096);
    pin.close();
    pool.close();
    pool.close();
  }

  @Test
  void growsForAnAllocation() throws IOException {
    PoolOptions options = PoolOptions.ofLength(MIB).growTo(16 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent small = pool.allocate(4096);
      fill(small, 3);
      Extent big = pool.allocate(8 * MIB);
      fill(big, 4);
      big.commit("big");
      small.commit("small");
      assertEquals(3, firstByte(small));
      PoolFullException e = assertThrows(PoolFullException.class, () -> pool.allocate(16 * MIB));
      assertTrue(e.getMessage().contains("no free run of 16777216 bytes"), e.getMessage());
    }
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      assertEquals(2, pool.extents().size());
    }
  }

  @Test
  void alignsOnRequest() throws IOException {
    PoolOptions options = PoolOptions.ofLength(8 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      assertEquals(0, pool.allocate(2 * MIB, 2 * MIB).offset() % (2 * MIB));
      assertEquals(0, pool.allocate(4096, 2 * MIB).offset() % (2 * MIB));
      assertThrows(IllegalArgumentException.class, () -> pool.allocate(4096, 12_288));
      assertThrows(IllegalArgumentException.class, () -> pool.allocate(0));
    }
  }

  @Test
  void punchesFreedBlocks() throws IOException {
    PoolOptions options = PoolOptions.ofLength(4 * MIB).releaseBlocks();
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(MIB);
      fill(extent, 1);
      extent.segment().force();
      Pin pin = extent.pin("dma");
      extent.free();
      assertEquals(1, pin.segment().get(ValueLayout.JAVA_BYTE, 0));
      pin.close();
      Extent next = pool.allocate(MIB);
      assertEquals(extent.offset(), next.offset());
      assertEquals(0, firstByte(next));
    }
  }

  @Test
  void growsTheExtentMap() throws IOException {
    PoolOptions options = PoolOptions.ofLength(32 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      for (int i = 0; i < 300; i++) {
        pool.allocate(4096).commit("a long name ".repeat(18) + i);
      }
      for (Extent extent : pool.extents()) {
        if (!extent.name().endsWith("7")) {
          extent.free();
        }
      }
      pool.sync();
    }
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      assertEquals(30, pool.extents().size());
    }
  }

  @Test
  void refusesASecondWriter() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      IOException e = assertThrows(IOException.class, () -> open(PinPolicy.DEFER));
      assertTrue(e.getMessage().contains("open already"), e.getMessage());
      assertFalse(pool.isSynchronous());
    }
  }

  /** What is locked is what is used, though the path comes to be another pool's meanwhile. */
  @Test
  void locksTheFileThatItUses() throws Exception {
    List<Path> pools = List.of(folder.resolve("0"), folder.resolve("1"));
    for (Path pool : pools) {
      try (ExtentPool one = ExtentPool.open(pool, PoolOptions.ofLength(MIB))) {
        one.allocate(4096).commit(pool.getFileName().toString());
      }
    }
    Files.createLink(path(), pools.get(0));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Object> swapper =
        inBackground(
            () -> {
              for (int i = 1; !over.get(); i++) {
                Path link = Files.createLink(folder.resolve("next"), pools.get(i % 2));
                Files.move(link, path(), StandardCopyOption.ATOMIC_MOVE);
              }
              return "over";
            });
    for (int round = 0; round < 200; round++) {
      try (ExtentPool pool = open(PinPolicy.DEFER)) {
        Path used = pools.get(Integer.parseInt(pool.extents().getFirst().name()));
        assertThrows(IOException.class, () -> ExtentPool.open(used, PoolOptions.defaults()));
      }
    }
    over.set(true);
    assertEquals("over", swapper.get());
  }

  @Test
  void reportsAPinBeyondItsDeadline() throws Exception {
    CompletableFuture<PinReport> leak = new CompletableFuture<>();
    PoolOptions options = PoolOptions.ofLength(MIB).onLeak(leak::complete).tracePins();
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(4096);
      Pin pin = extent.pin(PinOptions.named("lost").deadline(Duration.ofMillis(20)));
      PinReport report = leak.get(10, TimeUnit.SECONDS);
      assertEquals("lost", report.name());
      assertTrue(report.exact());
      assertTrue(report.toString().contains("ExtentPoolTest.java"), report::toString);
      pin.close();
    }
  }

  @Test
  void reportsWhoeverHoldsUpAFree() throws Exception {
    CompletableFuture<PinReport> leak = new CompletableFuture<>();
    PoolOptions options =
        PoolOptions.ofLength(MIB).onLeak(leak::complete).patience(Duration.ofMillis(20));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(4096);
      try (Pin pin = extent.pin("held up")) {
        Pin lease = pin.detach();
        extent.free();
        assertEquals("held up", leak.get(10, TimeUnit.SECONDS).name());
        lease.close();
      }
      assertEquals(0, pool.deferredBytes());
    }
  }

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  @Test
  void refusesWhatIsNoNameAndNoPatience() throws IOException {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent extent = pool.allocate(4096);
      assertThrows(NullPointerException.class, () -> extent.pin((String) null));
      assertThrows(NullPointerException.class, () -> extent.free(null));
      assertThrows(
          IllegalArgumentException.class, () -> extent.free(Duration.ofSeconds(Long.MIN_VALUE)));
      assertEquals(List.of(), pool.pins());
      extent.pin("still to be had").close();
      extent.free();
    }
    assertThrows(IllegalArgumentException.class, () -> PoolOptions.ofLength(0));
    assertThrows(IllegalArgumentException.class, () -> PoolOptions.ofLength(MIB).growTo(-1));
    assertThrows(
        IllegalArgumentException.class,
        () -> PoolOptions.defaults().patience(Duration.ofSeconds(-1)));
    assertThrows(IndexOutOfBoundsException.class, () -> PinOptions.named("part").range(0, -2));
  }

  @Test
  void waitsForEver() throws Exception {
    PoolOptions options = PoolOptions.ofLength(MIB).patience(FOR_EVER);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent deferred = pool.allocate(4096);
      Pin first = deferred.pin("deferred");
      deferred.free();
      first.close();
      Extent waiting = pool.allocate(4096);
      Pin second = waiting.pin(PinOptions.named("waited for").policy(PinPolicy.WAIT));
      CompletableFuture<Void> unpin =
          CompletableFuture.runAsync(
              second::close, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
      waiting.free();
      unpin.get();
    }
  }

  @Test
  void anInterruptEndsAWaitAndLeavesTheExtent() throws IOException {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent extent = pool.allocate(4096);
      try (Pin pin = extent.pin("held")) {
        Thread.currentThread().interrupt();
        StillPinnedException e =
            assertThrows(StillPinnedException.class, () -> extent.free(FOR_EVER));
        assertTrue(Thread.interrupted());
        assertTrue(e.getMessage().contains("was interrupted"), e.getMessage());
        pin.share().close();
      }
      extent.free();
    }
  }

  /** An interrupted thread that uses a channel closes it for all others. */
  @Test
  void anInterruptedThreadLeavesThePoolAbleToGrowAndShrink() throws IOException {
    PoolOptions options = PoolOptions.ofLength(MIB).growTo(16 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Thread.currentThread().interrupt();
      Extent extent = pool.allocate(4 * MIB);
      assertTrue(Thread.interrupted());
      fill(extent, 1);
      extent.commit("big");
      extent.free();
      Thread.currentThread().interrupt();
      assertTrue(pool.shrink(MIB));
      assertTrue(Thread.interrupted());
      assertEquals(MIB, Files.size(path()));
      fill(pool.allocate(4 * MIB), 2);
      Thread.currentThread().interrupt();
    }
    assertTrue(Thread.interrupted());
    assertTrue(opens(), "the interrupted thread has closed it");
  }

  @Test
  void saysThatThereIsNoPool() {
    IOException e =
        assertThrows(
            NoSuchFileException.class, () -> ExtentPool.open(path(), PoolOptions.defaults()));
    assertTrue(e.getMessage().contains("no pool is there"), e.getMessage());
  }
}
