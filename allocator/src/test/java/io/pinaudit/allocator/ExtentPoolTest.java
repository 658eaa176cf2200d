package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentPoolTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("pool");
  }

  private ExtentPool open(PinPolicy policy) throws IOException {
    return ExtentPool.open(
        path(), PoolOptions.ofLength(4 * MIB).policy(policy).patience(Duration.ofMillis(100)));
  }

  private static void fill(Extent extent, int value) {
    extent.segment().fill((byte) value);
  }

  private static int firstByte(Extent extent) {
    return extent.segment().get(ValueLayout.JAVA_BYTE, 0);
  }

  /** A log that begins anew for the record of a free has to hold the extent that is freed. */
  @Test
  void freesThatBeginTheLogAnewLeaveAReadablePool() throws IOException {
    Path path = folder.resolve("log");
    PoolOptions options = PoolOptions.ofLength(16 << 20).medium(ExtentPoolTest::withoutForce);
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      for (int round = 0; round < 40; round++) {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          extents.add(pool.allocate(4096));
          extents.getLast().commit("x".repeat(round));
        }
        for (int i = 0; i < 7 * round; i++) {
          extents.getFirst().commit(Integer.toString(i));
        }
        extents.forEach(Extent::free);
        Path copy = Files.copy(path, folder.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
        try (ExtentPool reopened = ExtentPool.open(copy, PoolOptions.defaults())) {
          assertEquals(List.of(), reopened.extents());
        }
      }
    }
  }

  /** Begins to fail when it is told to. */
  private static Medium failing(Medium storage, AtomicBoolean fails) {
    return new Medium() {
      @Override
      public void write(long offsetBytes, MemorySegment bytes) {
        storage.write(offsetBytes, bytes);
      }

      @Override
      public void force(long offsetBytes, long lengthBytes) {
        if (fails.get()) {
          throw new UncheckedIOException(new IOException("force fails"));
        }
        storage.force(offsetBytes, lengthBytes);
      }
    };
  }

  /** Whoever opens it next must not find it locked by a pool that nobody can close any more. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesAlthoughTheCutBeforeFails(boolean asOnDax) throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    PoolOptions options = PoolOptions.ofLength(4 * MIB).medium(to -> failing(to, fails));
    ExtentPool pool = ExtentPool.open(path(), asOnDax ? options.asOnDax(REST) : options);
    Extent kept = pool.allocate(MIB);
    kept.commit("kept");
    Extent high = pool.allocate(MIB);
    Pin pin = high.pin("io");
    high.free();
    assertFalse(pool.shrink(2 * MIB));
    kept.free();
    fails.set(true);
    pool.close();
    if (asOnDax) {
      // Fails in the background, which logs it.
      pin.close();
    } else {
      assertThrows(UncheckedIOException.class, pin::close);
    }
    await(this::opens);
  }

  private static Medium forcingLater(Medium storage, AtomicReference<CountDownLatch> until) {
    return new Medium() {
      @Override
      public void write(long offsetBytes, MemorySegment bytes) {
        storage.write(offsetBytes, bytes);
      }

      @Override
      public void force(long offsetBytes, long lengthBytes) {
        try {
          until.get().await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        storage.force(offsetBytes, lengthBytes);
      }
    };
  }

  /** What a flush gives back while a close waits for it is punched before the file is closed. */
  @Test
  void aCloseMeetsAFlushThatGivesBack() throws Exception {
    AtomicReference<CountDownLatch> until = new AtomicReference<>(new CountDownLatch(0));
    ExtentPool pool =
        ExtentPool.open(
            path(),
            PoolOptions.ofLength(4 * MIB)
                .releaseBlocks()
                .medium(storage -> forcingLater(storage, until)));
    Extent extent = pool.allocate(MIB);
    fill(extent, 1);
    extent.segment().force();
    extent.commit("freed");
    extent.free();
    until.set(new CountDownLatch(1));
    CompletableFuture<Object> sync =
        inBackground(
            () -> {
              pool.sync();
              return "durable";
            });
    awaitThreadIn("force");
    CompletableFuture<Object> close =
        inBackground(
            () -> {
              pool.close();
              return "closed";
            });
    awaitThreadIn("closeFile");
    until.get().countDown();
    assertEquals("closed", close.get());
    assertEquals("durable", sync.get());
    assertEquals(0, Files.readAllBytes(path())[(int) extent.offset()]);
  }

  private static void awaitThreadIn(String method) throws InterruptedException {
    while (Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .noneMatch(frame -> frame.getMethodName().equals(method))) {
      Thread.sleep(1);
    }
  }

  private static Medium withoutForce(Medium storage) {
    return new Medium() {
      @Override
      public void write(long offsetBytes, MemorySegment bytes) {
        storage.write(offsetBytes, bytes);
      }

      @Override
      public void force(long offsetBytes, long lengthBytes) {}
    };
  }

  /** As where the file system has no block for a page of the log: SIGBUS, in Java an error. */
  private static final class Faulting implements Medium {
    private final Medium storage;
    private final AtomicBoolean faults;

    Faulting(Medium storage, AtomicBoolean faults) {
      this.storage = storage;
      this.faults = faults;
    }

    @Override
    public void write(long offsetBytes, MemorySegment bytes) {
      if (faults.get()) {
        storage.write(offsetBytes, bytes.asSlice(0, 8));
        throw new InternalError("a fault occurred in an unsafe memory access operation");
      }
      storage.write(offsetBytes, bytes);
    }

    @Override
    public void force(long offsetBytes, long lengthBytes) {
      storage.force(offsetBytes, lengthBytes);
    }
  }

  @Test
  void aFaultInTheLogIsTheEndOfChanges() throws IOException {
    AtomicBoolean faults = new AtomicBoolean();
    PoolOptions options = PoolOptions.ofLength(MIB).medium(to -> new Faulting(to, faults));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent kept = pool.allocate(4096);
      kept.commit("kept");
      Extent pinned = pool.allocate(4096);
      pinned.commit("pinned");
      Pin pin = pinned.pin("io");
      pinned.free();
      Extent lost = pool.allocate(4096);
      faults.set(true);
      assertThrows(InternalError.class, () -> lost.commit("lost"));
      faults.set(false);
      assertThrows(IllegalStateException.class, () -> lost.commit("again"));
      assertThrows(IllegalStateException.class, kept::free);
      pin.close();
      pool.allocate(4096).free();
    }
    try (ExtentPool pool = ExtentPool.open(path(), PoolOptions.defaults())) {
      assertEquals(List.of("kept"), pool.extents().stream().map(Extent::name).toList());
    }
  }

  /** The flush under way makes all durable that the log says, but it does not say of the free. */
  @Test
  void givesNothingOutAgainWhoseFreeTheLogCannotTell() throws Exception {
    AtomicBoolean faults = new AtomicBoolean();
    AtomicBoolean holds = new AtomicBoolean();
    CountDownLatch forcing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PoolOptions options =
        PoolOptions.ofLength(MIB)
            .policy(PinPolicy.WAIT)
            .patience(Duration.ofMinutes(1))
            .medium(to -> new Faulting(new Held(to, holds, forcing, goOn), faults));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent victim = pool.allocate(4096);
      victim.commit("victim");
      Extent other = pool.allocate(4096);
      Extent lost = pool.allocate(4096);
      Pin pin = victim.pin("io");
      CompletableFuture<Void> free =
          CompletableFuture.runAsync(victim::free, task -> new Thread(task).start());
      while (!victim.isFreed()) {
        Thread.onSpinWait();
      }
      holds.set(true);
      CompletableFuture<Void> commit =
          CompletableFuture.runAsync(() -> commit(other), task -> new Thread(task).start());
      forcing.await();
      faults.set(true);
      assertThrows(InternalError.class, () -> lost.commit("lost"));
      pin.close();
      free.get(1, TimeUnit.MINUTES);
      goOn.countDown();
      commit.get(1, TimeUnit.MINUTES);
      assertNotEquals(victim.offset(), pool.allocate(4096).offset());
    }
  }

  private static void commit(Extent extent) {
    try {
      extent.commit("name");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A device that takes its time. */
  private record Held(
      Medium storage, AtomicBoolean holds, CountDownLatch forcing, CountDownLatch goOn)
      implements Medium {
    @Override
    public void write(long offsetBytes, MemorySegment bytes) {
      storage.write(offsetBytes, bytes);
    }

    @Override
    public void force(long offsetBytes, long lengthBytes) {
      if (holds.get()) {
        forcing.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      storage.force(offsetBytes, lengthBytes);
    }
  }

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

  private static CompletableFuture<Object> inBackground(Callable<?> call) {
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
            .filter(e -> Arrays.stream(e.getValue()).anyMatch(ExtentPoolTest::isAwait))
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

  private static final Duration REST = Duration.ofMillis(20);

  /** As on a DAX file system, where a punch or truncate would wait for all pins of the file. */
  private ExtentPool openAsOnDax() throws IOException {
    return ExtentPool.open(
        path(), PoolOptions.ofLength(4 * MIB).releaseBlocks().asOnDax(REST).onLeak(pin -> {}));
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws Exception {
    for (int i = 0; i < 10_000 && !condition.holds(); i++) {
      Thread.sleep(1);
    }
    assertTrue(condition.holds());
  }

  @Test
  void punchesOnDaxWhenNothingOfTheFileIsPinned() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(MIB);
      Extent other = pool.allocate(4096);
      fill(freed, 1);
      try (Pin plain = other.pin("plain")) {
        freed.free();
        Thread.sleep(3 * REST.toMillis());
        assertEquals(1, firstByte(freed));
        Pin kept = plain.detach();
        Thread.sleep(3 * REST.toMillis());
        assertEquals(1, firstByte(freed));
        kept.close();
      }
      await(() -> firstByte(freed) == 0);
    }
  }

  @Test
  void copiesPutNothingOffOnDax() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(MIB);
      Extent other = pool.allocate(4096);
      fill(freed, 1);
      try (Pin copy = other.pin(PinOptions.named("copy").policy(PinPolicy.COPY))) {
        freed.free();
        await(() -> firstByte(freed) == 0);
        assertEquals(0, copy.segment().get(ValueLayout.JAVA_BYTE, 0));
      }
    }
  }

  @Test
  void givesOutOnDaxWhatCouldNotBePunchedYet() throws IOException {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(3 * MIB);
      fill(freed, 1);
      try (Pin pin = pool.allocate(4096).pin("elsewhere")) {
        freed.free();
        Extent again = pool.allocate(3 * MIB);
        assertEquals(freed.offset(), again.offset());
        assertEquals(1, firstByte(again));
        assertEquals(4096, pin.segment().byteSize());
      }
    }
  }

  @Test
  void shrinksOnDaxWhenNothingOfTheFileIsPinned() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Pin pin = pool.allocate(4096).pin("below the new end");
      assertFalse(pool.shrink(3 * MIB));
      Thread.sleep(3 * REST.toMillis());
      assertEquals(4 * MIB, Files.size(path()));
      assertEquals(3 * MIB, pool.length());
      pin.close();
      await(() -> Files.size(path()) == 3 * MIB);
      assertTrue(pool.shrink(2 * MIB), "nothing is pinned");
      assertEquals(2 * MIB, Files.size(path()));
    }
  }

  @Test
  void doesBeforeItClosesWhatWasPutOff() throws Exception {
    Extent extent;
    try (ExtentPool pool = openAsOnDax()) {
      extent = pool.allocate(MIB);
      fill(extent, 1);
      try (Pin pin = extent.pin("dma")) {
        assertFalse(pool.shrink(3 * MIB));
        extent.free();
        assertEquals(1, pin.segment().get(ValueLayout.JAVA_BYTE, 0));
      }
    }
    assertEquals(3 * MIB, Files.size(path()));
    assertEquals(0, Files.readAllBytes(path())[(int) extent.offset()]);
  }

  @Test
  void closesOnDaxSomeTimeAfterTheLastPin() throws Exception {
    ExtentPool pool = openAsOnDax();
    Pin pin = pool.allocate(4096).pin("dma").detach();
    assertFalse(pool.shrink(2 * MIB));
    pool.close();
    pin.segment().fill((byte) 1);
    pin.close();
    await(() -> Files.size(path()) == 2 * MIB);
    await(() -> opens());
  }

  private boolean opens() {
    try {
      open(PinPolicy.DEFER).close();
      return true;
    } catch (IOException e) {
      return false;
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
    PoolOptions options = PoolOptions.ofLength(MIB).onLeak(leak::complete);
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
