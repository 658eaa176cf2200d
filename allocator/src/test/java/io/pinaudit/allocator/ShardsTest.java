package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Storage that threads give out and take back without the pool's lock. */
class ShardsTest extends PoolFixture {
  private static final int ROUNDS = 20_000;

  /** Writes its own number, waits a little, and finds it again. */
  private static Extent take(ExtentPool pool, Random random, AtomicLong numbers)
      throws IOException {
    Extent extent = pool.allocate(4096L * random.nextInt(1, 5));
    long number = numbers.incrementAndGet();
    extent.segment().set(ValueLayout.JAVA_LONG, 0, number);
    extent.segment().set(ValueLayout.JAVA_LONG, extent.length() - 8, number);
    return extent;
  }

  private static void check(Extent extent) {
    long number = extent.segment().get(ValueLayout.JAVA_LONG, 0);
    assertEquals(number, extent.segment().get(ValueLayout.JAVA_LONG, extent.length() - 8));
    extent.segment().set(ValueLayout.JAVA_LONG, 0, -1);
    extent.segment().set(ValueLayout.JAVA_LONG, extent.length() - 8, -2);
  }

  /** Some are freed by the thread that took them, others by another one, some are committed. */
  private static Void work(
      ExtentPool pool, BlockingQueue<Extent> others, AtomicLong numbers, int seed)
      throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      Extent extent = take(pool, random, numbers);
      if (random.nextInt(500) == 0) {
        extent.commit("kept for a moment");
      }
      if (random.nextInt(3) != 0 || !others.offer(extent)) {
        check(extent);
        extent.free();
      }
      Extent other = random.nextInt(3) == 0 ? others.poll() : null;
      if (other != null) {
        check(other);
        other.free();
      }
    }
    return null;
  }

  private static Void growAndShrink(ExtentPool pool, AtomicBoolean over) throws IOException {
    while (!over.get()) {
      pool.allocate(pool.length() / 2).free();
      try {
        pool.shrink(Math.max(4 * MIB, pool.length() / 2));
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().contains("lives beyond"), e.getMessage());
      }
      pool.fragmentation();
      pool.pins();
    }
    return null;
  }

  @Test
  void nothingIsLostOrDoubledWhileThePoolGrowsAndShrinks() throws Exception {
    PoolOptions options = PoolOptions.ofLength(4 * MIB).growTo(64 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      BlockingQueue<Extent> others = new ArrayBlockingQueue<>(100);
      AtomicLong numbers = new AtomicLong();
      List<Callable<Void>> work = new ArrayList<>();
      for (int seed = 0; seed < 3; seed++) {
        int mine = seed;
        work.add(() -> work(pool, others, numbers, mine));
      }
      AtomicBoolean over = new AtomicBoolean();
      Future<Void> sizer = threads.submit(() -> growAndShrink(pool, over));
      for (Future<Void> one : threads.invokeAll(work)) {
        one.get();
      }
      over.set(true);
      sizer.get();
      others.forEach(Extent::free);
      pool.sync();
      long logs = 2 * (64 << 10);
      assertEquals(pool.length() - 8192 - logs, pool.fragmentation().freeBytes());
      assertEquals(0, pool.deferredBytes());
    }
  }

  @Test
  void oneOfManyFreesWins() throws Exception {
    try (ExtentPool pool = open(PinPolicy.DEFER);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 2_000; i++) {
        Extent extent = pool.allocate(4096);
        Callable<Integer> free =
            () -> {
              try {
                extent.free();
                return 1;
              } catch (IllegalStateException e) {
                assertTrue(e.getMessage().endsWith("is freed already"), e.getMessage());
                return 0;
              }
            };
        Callable<Integer> commit =
            () -> {
              try {
                extent.commit("raced");
                return 2;
              } catch (IllegalStateException e) {
                assertTrue(e.getMessage().endsWith("is freed"), e.getMessage());
                return 3;
              }
            };
        List<Future<Integer>> all = threads.invokeAll(List.of(free, i % 20 == 0 ? commit : free));
        assertTrue(all.get(0).get() + all.get(1).get() >= 1);
        assertTrue(extent.isFreed());
      }
      assertEquals(List.of(), pool.extents());
    }
  }

  @Test
  void allOfThePoolCanBeHad() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Set<Long> offsets = new HashSet<>();
      List<Extent> all = new ArrayList<>();
      assertThrows(
          PoolFullException.class,
          () -> {
            while (true) {
              all.add(pool.allocate(4096));
            }
          });
      all.forEach(extent -> offsets.add(extent.offset()));
      assertEquals(all.size(), offsets.size());
      assertEquals((4 * MIB - 8192 - 2 * (64 << 10)) / 4096, all.size());
      all.forEach(Extent::free);
      pool.allocate(4 * MIB - 8192 - 2 * (64 << 10)).free();
    }
  }

  @Test
  void refusesAllocationsAndFreesAfterAClose() throws IOException {
    ExtentPool pool = open(PinPolicy.DEFER);
    Extent kept = pool.allocate(4096);
    pool.allocate(4096).free();
    pool.close();
    assertThrows(IllegalStateException.class, () -> pool.allocate(4096));
    assertThrows(IllegalStateException.class, kept::free);
  }
}
