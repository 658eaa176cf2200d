package io.pinaudit.benchmarks;

import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** What a lease costs, against what any reference count costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PinBenchmark {
  private final AtomicLong word = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);
  private ScratchPool pool;
  private Extent extent;

  /** Opens one extent, which all threads pin. */
  @Setup
  public void open() throws IOException {
    pool = ScratchPool.create(PoolOptions.ofLength(1 << 20));
    extent = pool.pool().allocate(4096);
  }

  /** Removes the file. */
  @TearDown
  public void close() throws IOException {
    closing.countDown();
    pool.close();
  }

  /**
   * Lets a number of threads pin once and live on: a free has to look whether they pin what it
   * frees.
   */
  void pinByOthers(int threads) throws InterruptedException {
    CountDownLatch pinned = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                extent.pin("benchmark").close();
                pinned.countDown();
                awaitClose();
              });
    }
    pinned.await();
  }

  private void awaitClose() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Allocates an extent, pins it once, and frees it. */
  long allocatePinAndFree() throws IOException {
    Extent fresh = pool.pool().allocate(4096);
    long address;
    try (Pin pin = fresh.pin("benchmark")) {
      address = pin.segment().address();
    }
    fresh.free();
    return address;
  }

  /** Pins and unpins in one thread. */
  @Benchmark
  @Threads(1)
  public long pinAlone() {
    return pinAndUnpin();
  }

  /** Pins and unpins one extent in two threads. */
  @Benchmark
  @Threads(2)
  public long pinByTwo() {
    return pinAndUnpin();
  }

  private long pinAndUnpin() {
    try (Pin pin = extent.pin("benchmark")) {
      return pin.segment().address();
    }
  }

  /** Makes two compare-and-sets of an AtomicLong in one thread. */
  @Benchmark
  @Threads(1)
  public boolean casPairAlone() {
    long before = word.get();
    return word.compareAndSet(before, before + 1) && word.compareAndSet(before + 1, before);
  }

  /** Counts a reference up and down in two threads that share the count. */
  @Benchmark
  @Threads(2)
  public long countByTwo() {
    return word.incrementAndGet() + word.decrementAndGet();
  }

  /** Does the same with a handle for each count, which counts down once: no lease can do less. */
  @Benchmark
  @Threads(2)
  @SuppressWarnings("UnnecessaryAsync") // a handle of the library's cannot know who closes it
  public long countWithHandle() {
    long before = word.getAndIncrement();
    AtomicBoolean ended = new AtomicBoolean();
    return ended.compareAndSet(false, true) ? before + word.getAndDecrement() : before;
  }
}
