package io.pinaudit.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Pin and unpin of one extent by two threads, each bound to a processor of its own, against counts
 * that they share, in short stretches that alternate within one JVM. Only those stretches count in
 * which both threads had their processors from end to end: so two threads really meet, also where
 * the machine does other things or its scheduler would rather have both on one processor.
 */
@SuppressWarnings("restricted")
final class TwoThreads {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final MethodHandle SET_AFFINITY =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("sched_setaffinity"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private static final int TIMES = 5_000;
  private static final int STRETCHES = 1_000;
  private static final int WARM_UP = 200;

  /** Between two looks at whether the other thread has come, before giving way to others. */
  private static final int SPINS = 1_000;

  /** How much of a stretch a thread may have been off its processor. */
  private static final double MOST_OFF = 0.03;

  /** How much of a stretch one thread may have been alone. */
  private static final double MOST_ALONE = 0.1;

  /** What one thread saw of one stretch. */
  private record Seen(long startNanos, long endNanos, long cpuNanos) {
    boolean isWhole() {
      return cpuNanos >= (1 - MOST_OFF) * (endNanos - startNanos);
    }
  }

  /** What the threads do, so many times in turn. */
  private record Way(String name, LongSupplier once) {}

  @SuppressWarnings("unused") // keeps the compiler from leaving the work out
  private static volatile long sink;

  private TwoThreads() {}

  static void measure(int rounds) throws Throwable {
    PinBenchmark pins = new PinBenchmark();
    pins.open();
    List<Way> ways =
        List.of(
            new Way("pin + unpin", pins::pinByTwo),
            new Way("shared count", pins::countByTwo),
            new Way("shared count, with a handle that ends once", pins::countWithHandle));
    for (int round = 0; round < rounds; round++) {
      compare(ways);
    }
    pins.close();
    AllocateBenchmark allocations = new AllocateBenchmark();
    allocations.live = 1_000;
    allocations.sizeBytes = 4096;
    allocations.open();
    List<Way> both =
        List.of(
            new Way("allocate + free", () -> allocateAndFree(allocations)),
            new Way("malloc + free", () -> mallocAndFree(allocations)));
    for (int round = 0; round < rounds; round++) {
      both.forEach(TwoThreads::alone);
      compare(both);
    }
    allocations.close();
  }

  private static long allocateAndFree(AllocateBenchmark allocations) {
    try {
      return allocations.allocateAndFree();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long mallocAndFree(AllocateBenchmark allocations) {
    try {
      return allocations.mallocAndFree();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Measures one thread, in processor time. */
  private static void alone(Way way) {
    double[] nanos = new double[STRETCHES];
    for (int i = -WARM_UP; i < STRETCHES; i++) {
      double one = stretch(way.once).cpuNanos / (double) TIMES;
      if (i >= 0) {
        nanos[i] = one;
      }
    }
    Arrays.sort(nanos);
    System.out.printf("one thread:  %-44s %6.1f ns%n", way.name, nanos[STRETCHES / 2]);
  }

  private static void compare(List<Way> ways) throws InterruptedException, ExecutionException {
    AtomicInteger arrived = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Seen[]> one = threads.submit(() -> run(ways, arrived, 0));
      Future<Seen[]> other = threads.submit(() -> run(ways, arrived, 1));
      double ours = 0;
      for (int way = 0; way < ways.size(); way++) {
        double[] nanos = nanosPerTurn(one.get(), other.get(), way, ways.size());
        double median = nanos.length == 0 ? Double.NaN : nanos[nanos.length / 2];
        ours = way == 0 ? median : ours;
        System.out.printf(
            "two threads: %-44s %6.1f ns, the first / this %5.2f (%d of %d stretches)%n",
            ways.get(way).name, median, ours / median, nanos.length, STRETCHES);
      }
    }
  }

  private static Seen[] run(List<Way> ways, AtomicInteger arrived, int processor) {
    bind(processor);
    Seen[] seen = new Seen[(WARM_UP + STRETCHES) * ways.size()];
    for (int i = 0; i < seen.length; i++) {
      Way way = ways.get(i % ways.size());
      meet(arrived, 2 * i + 2);
      seen[i] = stretch(way.once);
    }
    return seen;
  }

  private static void bind(int processor) {
    try (Arena arena = Arena.ofConfined()) {
      int result =
          (int) SET_AFFINITY.invokeExact(0, 8L, arena.allocateFrom(JAVA_LONG, 1L << processor));
      if (result != 0) {
        throw new IllegalStateException("sched_setaffinity refused processor " + processor);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // only so that others get on meanwhile
  private static void meet(AtomicInteger arrived, int all) {
    arrived.incrementAndGet();
    for (int i = 1; arrived.get() < all; i++) {
      if (i % SPINS == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static Seen stretch(LongSupplier once) {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    long sum = 0;
    for (int i = 0; i < TIMES; i++) {
      sum += once.getAsLong();
    }
    long end = System.nanoTime();
    sink = sum;
    return new Seen(start, end, THREADS.getCurrentThreadCpuTime() - cpu);
  }

  /** Returns the sorted times of the stretches in which both threads were at work. */
  private static double[] nanosPerTurn(Seen[] one, Seen[] other, int way, int ways) {
    double[] nanos = new double[STRETCHES];
    int count = 0;
    for (int i = WARM_UP * ways + way; i < one.length; i += ways) {
      long all =
          Math.max(one[i].endNanos, other[i].endNanos)
              - Math.min(one[i].startNanos, other[i].startNanos);
      long both =
          Math.min(one[i].endNanos, other[i].endNanos)
              - Math.max(one[i].startNanos, other[i].startNanos);
      if (one[i].isWhole() && other[i].isWhole() && both >= (1 - MOST_ALONE) * all) {
        nanos[count++] = (double) all / TIMES;
      }
    }
    double[] counted = Arrays.copyOf(nanos, count);
    Arrays.sort(counted);
    return counted;
  }
}
