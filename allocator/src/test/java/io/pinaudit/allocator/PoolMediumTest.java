package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.storage.Medium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that fails, faults or takes its time. */
class PoolMediumTest extends PoolFixture {
  /** A log that begins anew for the record of a free has to hold the extent that is freed. */
  @Test
  void freesThatBeginTheLogAnewLeaveAReadablePool() throws IOException {
    Path path = folder.resolve("log");
    PoolOptions options = PoolOptions.ofLength(16 << 20).medium(ForwardingMedium::withoutForce);
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
    return new ForwardingMedium(storage) {
      @Override
      public void force(long offsetBytes, long lengthBytes) {
        if (fails.get()) {
          throw new UncheckedIOException(new IOException("force fails"));
        }
        super.force(offsetBytes, lengthBytes);
      }
    };
  }

  /**
   * Whoever opens it next must not find it locked by a pool that nobody can close any more; who
   * closes the last pin is not to blame.
   */
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
    CompletableFuture<Void> cut = pool.shrinkAsync(2 * MIB).toCompletableFuture();
    kept.free();
    fails.set(true);
    pool.close();
    pin.close();
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> cut.get(1, TimeUnit.MINUTES));
    assertTrue(e.getMessage().contains(path().toString()), e.getMessage());
    await(this::opens);
  }

  @Test
  void aCloseSaysThatTheLogCannotBeWritten() throws IOException {
    AtomicBoolean fails = new AtomicBoolean();
    PoolOptions options = PoolOptions.ofLength(4 * MIB).medium(to -> failing(to, fails));
    ExtentPool pool = ExtentPool.open(path(), options);
    pool.allocate(4096).commit("kept");
    fails.set(true);
    UncheckedIOException e = assertThrows(UncheckedIOException.class, pool::close);
    assertTrue(e.getMessage().contains("the extent map of " + pool), e.getMessage());
    pool.close();
    assertTrue(pool.awaitClosed(Duration.ZERO));
    try (ExtentPool reopened = ExtentPool.open(path(), PoolOptions.defaults())) {
      assertEquals(1, reopened.extents().size());
    }
  }

  private static Medium forcingLater(Medium storage, AtomicReference<CountDownLatch> until) {
    return new ForwardingMedium(storage) {
      @Override
      public void force(long offsetBytes, long lengthBytes) {
        try {
          until.get().await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        super.force(offsetBytes, lengthBytes);
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

  /** As where the file system has no block for a page of the log: SIGBUS, in Java an error. */
  private static final class Faulting extends ForwardingMedium {
    private final AtomicBoolean faults;

    Faulting(Medium storage, AtomicBoolean faults) {
      super(storage);
      this.faults = faults;
    }

    @Override
    public void write(long offsetBytes, MemorySegment bytes) {
      if (faults.get()) {
        super.write(offsetBytes, bytes.asSlice(0, 8));
        throw new InternalError("a fault occurred in an unsafe memory access operation");
      }
      super.write(offsetBytes, bytes);
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
      IOException e = assertThrows(IOException.class, () -> lost.commit("lost"));
      assertInstanceOf(InternalError.class, e.getCause());
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
            .medium(to -> new Faulting(held(to, holds, forcing, goOn), faults));
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
      assertThrows(IOException.class, () -> lost.commit("lost"));
      pin.close();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> free.get(1, TimeUnit.MINUTES));
      assertInstanceOf(IllegalStateException.class, e.getCause());
      assertEquals(4096, pool.deferredBytes());
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

  /** A device that takes its time, once it is told to. */
  private static Medium held(
      Medium storage, AtomicBoolean holds, CountDownLatch forcing, CountDownLatch goOn) {
    return new ForwardingMedium(storage) {
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
        super.force(offsetBytes, lengthBytes);
      }
    };
  }
}
