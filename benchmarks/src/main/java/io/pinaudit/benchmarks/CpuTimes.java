package io.pinaudit.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * The one-threaded comparisons in processor time of their thread, in blocks that alternate within
 * one JVM: for machines that do other things meanwhile, where JMH's wall-clock times say little.
 */
final class CpuTimes {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int BLOCK = 200_000;

  /** Blocks: the compiler, too, waits for a processor on a busy machine. */
  private static final int WARM_UP = 60;

  /**
   * Does something so many times; returns anything that depends on it. Each has a loop of its own:
   * in a common one the compiler could not inline what is measured.
   */
  private interface Block {
    long run(int times) throws Throwable;
  }

  @SuppressWarnings("unused") // keeps the compiler from leaving the work out
  private static volatile long sink;

  private CpuTimes() {}

  static void measure(int rounds) throws Throwable {
    PinBenchmark pins = new PinBenchmark();
    pins.open();
    compare("pin + unpin / CAS pair", pinAndUnpin(pins), casPair(pins), rounds);
    PinBenchmark among = new PinBenchmark();
    among.open();
    among.pinByOthers(100);
    compare(
        "allocate, pin, unpin, free: 100 threads pinned / none",
        allocatePinAndFree(among),
        allocatePinAndFree(pins),
        rounds);
    among.close();
    pins.close();
    for (int live : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
      AllocateBenchmark allocations = new AllocateBenchmark();
      allocations.live = live;
      allocations.open();
      for (long sizeBytes : new long[] {4096, 65_536, 1 << 20}) {
        allocations.sizeBytes = sizeBytes;
        compare(
            "allocate + free / malloc + free, %7d bytes, %7d live".formatted(sizeBytes, live),
            allocateAndFree(allocations),
            mallocAndFree(allocations),
            rounds);
      }
      if (live <= 100_000) {
        compare(
            "replace one at random / malloc, 1 to 4 blocks, %7d live".formatted(live),
            replace(allocations),
            replaceMalloced(allocations),
            rounds);
      }
      allocations.close();
    }
  }

  private static Block pinAndUnpin(PinBenchmark pins) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += pins.pinAlone();
      }
      return sum;
    };
  }

  private static Block allocatePinAndFree(PinBenchmark pins) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += pins.allocatePinAndFree();
      }
      return sum;
    };
  }

  private static Block casPair(PinBenchmark pins) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += pins.casPairAlone() ? 1 : 0;
      }
      return sum;
    };
  }

  private static Block allocateAndFree(AllocateBenchmark allocations) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += allocations.allocateAndFree();
      }
      return sum;
    };
  }

  private static Block mallocAndFree(AllocateBenchmark allocations) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += allocations.mallocAndFree();
      }
      return sum;
    };
  }

  private static Block replace(AllocateBenchmark allocations) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += allocations.replace();
      }
      return sum;
    };
  }

  private static Block replaceMalloced(AllocateBenchmark allocations) {
    return times -> {
      long sum = 0;
      for (int i = 0; i < times; i++) {
        sum += allocations.replaceMalloced();
      }
      return sum;
    };
  }

  private static void compare(String what, Block ours, Block reference, int rounds)
      throws Throwable {
    int blocks = 10 * rounds;
    double[] our = new double[blocks];
    double[] their = new double[blocks];
    for (int i = -WARM_UP; i < blocks; i++) {
      double first = nanosPerTurn(ours);
      double second = nanosPerTurn(reference);
      if (i >= 0) {
        our[i] = first;
        their[i] = second;
      }
    }
    Arrays.sort(our);
    Arrays.sort(their);
    double ourMedian = our[blocks / 2];
    double theirMedian = their[blocks / 2];
    System.out.printf(
        "%-54s %7.1f ns / %7.1f ns = %.2f%n",
        what, ourMedian, theirMedian, ourMedian / theirMedian);
  }

  private static double nanosPerTurn(Block block) throws Throwable {
    long start = THREADS.getCurrentThreadCpuTime();
    sink = block.run(BLOCK);
    return (THREADS.getCurrentThreadCpuTime() - start) / (double) BLOCK;
  }
}
