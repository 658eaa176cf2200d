package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.PinGate;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that meet at one extent at the same moment, many thousand times, in the manner of
 * jcstress.
 */
class RaceTest {
  private static final int ROUNDS = 20_000;
  private static final int MEETINGS = 300_000;

  /** On a machine with more to do than processors each meeting waits for both threads' turns. */
  private static final long MOST_NANOS = 10_000_000_000L;

  @TempDir Path folder;

  private ExtentPool open(PinPolicy policy) throws IOException {
    return ExtentPool.open(
        folder.resolve("pool"),
        PoolOptions.ofLength(1 << 20).policy(policy).patience(Duration.ofSeconds(60)));
  }

  /** Runs the actors once a round, all starting together; the first prepares, the last checks. */
  private static void race(int rounds, Runnable prepare, Runnable check, List<Runnable> actors)
      throws Exception {
    AtomicInteger done = new AtomicInteger();
    CyclicBarrier barrier =
        new CyclicBarrier(
            actors.size(),
            () -> {
              if (done.getAndIncrement() > 0) {
                check.run();
              }
              prepare.run();
            });
    try (ExecutorService threads = Executors.newFixedThreadPool(actors.size())) {
      List<Future<?>> all = new ArrayList<>();
      for (Runnable actor : actors) {
        all.add(threads.submit(() -> turns(rounds, barrier, actor)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    check.run();
  }

  private static Void turns(int rounds, CyclicBarrier barrier, Runnable actor)
      throws InterruptedException, BrokenBarrierException {
    for (int round = 0; round < rounds; round++) {
      barrier.await();
      actor.run();
    }
    return null;
  }

  /** Pin wins: the bytes are the extent's until unpin. Free wins: the pin is refused. */
  @ParameterizedTest
  @EnumSource(PinPolicy.class)
  void storageIsNotReusedWhilePinned(PinPolicy policy) throws Exception {
    try (ExtentPool pool = open(policy)) {
      AtomicReference<Extent> shared = new AtomicReference<>();
      AtomicInteger pinned = new AtomicInteger();
      long before = pool.fragmentation().freeBytes();
      Runnable pinner =
          () -> {
            try (Pin pin = shared.get().pin("race")) {
              pinned.incrementAndGet();
              requireOnes(pin);
            } catch (IllegalStateException freed) {
              assertTrue(freed.getMessage().endsWith("is freed"), freed.getMessage());
            }
          };
      Runnable detacher =
          () -> {
            try (Pin pin = shared.get().pin("race")) {
              pinned.incrementAndGet();
              try (Pin detached = pin.detach()) {
                requireOnes(detached);
              }
            } catch (IllegalStateException freed) {
              assertTrue(freed.getMessage().endsWith("is freed"), freed.getMessage());
            }
          };
      Runnable freer =
          () -> {
            shared.get().free();
            Extent next = allocate(pool);
            next.segment().fill((byte) 2);
            next.free();
          };
      race(
          ROUNDS,
          () -> {
            shared.set(allocate(pool));
            shared.get().segment().fill((byte) 1);
          },
          () -> assertEquals(before, pool.fragmentation().freeBytes()),
          List.of(pinner, detacher, freer));
      assertTrue(pinned.get() > 0, "no pin ever won");
      assertTrue(pinned.get() < 2 * ROUNDS, "no free ever won");
    }
  }

  private static void requireOnes(Pin pin) {
    MemorySegment memory = pin.segment();
    assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, 4095));
  }

  /** Two threads that go from moment to moment together. */
  private static final class Meeting {
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile Extent extent;
    private volatile Pin pin;
    private volatile boolean missed;
    private volatile boolean over;

    @SuppressWarnings("ThreadPriorityCheck") // only so that others get on meanwhile
    void await(int moment) {
      arrived.incrementAndGet();
      for (int spins = 1; arrived.get() < 2 * moment; spins++) {
        if (spins % 100 == 0) {
          Thread.yield();
        }
      }
    }

    static void hesitate() {
      for (int i = ThreadLocalRandom.current().nextInt(4); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }

  /** Each reads what the other writes, right after it wrote itself: see {@link Lease}. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(60)
  void noteAndFreeNeverMissEachOther(boolean ends) throws Exception {
    Meeting meeting = new Meeting();
    try (ExtentPool pool = open(PinPolicy.DEFER);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> pinner = threads.submit(() -> meetFrees(meeting, ends));
      threads.submit(() -> meetNotes(meeting, pool)).get();
      pinner.get();
    }
    assertTrue(!meeting.missed);
  }

  private static void meetFrees(Meeting meeting, boolean ends) {
    for (int moment = 1; moment < 4 * MEETINGS && !meeting.over; moment += 4) {
      meeting.await(moment);
      Extent extent = meeting.extent;
      Pin first = extent.pin("race");
      if (!ends) {
        first.close();
      }
      meeting.await(moment + 1);
      Meeting.hesitate();
      if (ends) {
        first.close();
      } else {
        meeting.pin = pinUnlessFreed(extent);
      }
      meeting.await(moment + 2);
      meeting.await(moment + 3);
    }
  }

  private static Pin pinUnlessFreed(Extent extent) {
    try {
      return extent.pin("race");
    } catch (IllegalStateException freed) {
      return null;
    }
  }

  private static void meetNotes(Meeting meeting, ExtentPool pool) {
    long endNanos = System.nanoTime() + MOST_NANOS;
    for (int moment = 1; moment < 4 * MEETINGS && !meeting.over; moment += 4) {
      Extent extent = allocate(pool);
      meeting.extent = extent;
      meeting.pin = null;
      meeting.await(moment);
      meeting.await(moment + 1);
      extent.word(); // so that this processor, too, has the note in its cache
      Meeting.hesitate();
      extent.free();
      meeting.await(moment + 2);
      Pin pin = meeting.pin;
      meeting.missed |= (pin == null) != LeaseState.reclaimed(extent.word());
      if (pin != null) {
        pin.close();
      }
      meeting.over = meeting.missed || System.nanoTime() > endNanos;
      meeting.await(moment + 3);
    }
  }

  @Test
  void oneOfTwoFreesWins() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      AtomicReference<Extent> shared = new AtomicReference<>();
      AtomicInteger frees = new AtomicInteger();
      long before = pool.fragmentation().freeBytes();
      Runnable freer =
          () -> {
            try {
              shared.get().free();
              frees.incrementAndGet();
            } catch (IllegalStateException already) {
              assertTrue(already.getMessage().endsWith("is freed already"));
            }
          };
      race(
          ROUNDS,
          () -> shared.set(allocate(pool)),
          () -> {
            assertEquals(1, frees.getAndSet(0));
            assertEquals(before, pool.fragmentation().freeBytes());
          },
          List.of(freer, freer));
    }
  }

  @Test
  void oneOfTwoClosesReleases() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      AtomicReference<Pin> shared = new AtomicReference<>();
      Runnable closer = () -> shared.get().close();
      race(
          ROUNDS,
          () -> shared.set(extent.pin("race")),
          () -> assertEquals(0, LeaseState.pins(extent.word())),
          List.of(closer, closer, () -> closeDetached(shared.get())));
      extent.free();
    }
  }

  private static void closeDetached(Pin pin) {
    try {
      pin.detach().close();
    } catch (IllegalStateException closed) {
      assertTrue(closed.getMessage().endsWith("is closed"), closed.getMessage());
    }
  }

  /** A pin alone is over in so few nanoseconds that who looks for one mostly comes too late. */
  private static void useForAWhile() {
    for (int i = ThreadLocalRandom.current().nextInt(100); i > 0; i--) {
      Thread.onSpinWait();
    }
  }

  /** What has to wait for a moment without pins never meets one. */
  @Test
  void nothingIsPinnedWhileTheGateIsShut() throws Exception {
    PoolOptions options = PoolOptions.ofLength(1 << 20).asOnDax(Duration.ZERO);
    try (ExtentPool pool = ExtentPool.open(folder.resolve("pool"), options)) {
      Extent extent = pool.allocate(4096);
      AtomicInteger inUse = new AtomicInteger();
      AtomicInteger idle = new AtomicInteger();
      AtomicInteger busy = new AtomicInteger();
      Runnable plain =
          () -> {
            Pin pin = extent.pin("race");
            inUse.incrementAndGet();
            useForAWhile();
            inUse.decrementAndGet();
            pin.close();
          };
      Runnable handedOn =
          () -> {
            try (Pin pin = extent.pin("race")) {
              inUse.incrementAndGet();
              Pin detached = pin.detach();
              Pin shared = detached.share();
              useForAWhile();
              detached.close();
              inUse.decrementAndGet();
              shared.close();
            }
          };
      Runnable shutter =
          () -> {
            PinGate gate = pool.holders().gate();
            PinGate.Idle found = gate.whileIdle(() -> assertEquals(0, inUse.get()));
            (found == PinGate.Idle.YES ? idle : busy).incrementAndGet();
          };
      race(ROUNDS, () -> {}, () -> {}, List.of(plain, handedOn, shutter));
      assertTrue(idle.get() > 0, "the gate was never shut");
      assertTrue(busy.get() > 0, "no pin ever won");
      extent.free();
    }
  }

  /** Every thread owns what it allocates: its stamp is never overwritten by another's. */
  @Test
  void threadsNeverGetTheSameStorage() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      long before = pool.fragmentation().freeBytes();
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        byte stamp = (byte) i;
        work.add(() -> allocateAndCheck(pool, stamp));
      }
      for (Future<Void> one : threads.invokeAll(work)) {
        one.get();
      }
      pool.sync();
      assertEquals(before, pool.fragmentation().freeBytes());
    }
  }

  private static Void allocateAndCheck(ExtentPool pool, byte stamp) throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < 3000; i++) {
      Extent extent = pool.allocate(4096L * random.nextInt(1, 5));
      if (random.nextInt(100) == 0) {
        extent.commit("x");
      }
      MemorySegment memory = extent.segment();
      memory.fill(stamp);
      Pin pin = extent.pin("check");
      if (random.nextBoolean()) {
        extent.free();
      }
      for (long at = 0; at < memory.byteSize(); at += 512) {
        assertEquals(stamp, memory.get(ValueLayout.JAVA_BYTE, at));
      }
      pin.close();
      if (!extent.isFreed()) {
        extent.free();
      }
    }
    return null;
  }

  private static Extent allocate(ExtentPool pool) {
    try {
      return pool.allocate(4096);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
