package io.pinaudit.benchmarks;

import com.sun.management.ThreadMXBean;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinOptions;
import io.pinaudit.allocator.PinnedArena;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What each kind of pin costs in processor time and heap, beside two compare-and-sets, in blocks
 * that alternate within one JVM.
 */
final class PinCosts {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int BLOCK = 50_000;
  private static final int WARM_UP = 60;

  /** So many times, in a loop of its own, which the compiler can see through. */
  private interface Block {
    void run(int times);
  }

  private PinCosts() {}

  static void measure(int rounds) throws IOException {
    AtomicLong word = new AtomicLong();
    Block casPair =
        times -> {
          for (int i = 0; i < times; i++) {
            long before = word.get();
            word.compareAndSet(before, before + 1);
            word.compareAndSet(before + 1, before);
          }
        };
    try (ScratchPool scratch = ScratchPool.create(PoolOptions.ofLength(64 << 20));
        PinnedArena arena = PinnedArena.ofShared(PoolOptions.defaults())) {
      Extent extent = scratch.pool().allocate(4096);
      compare("pin + close", plain(extent), casPair, rounds);
      compare("pin + detach + close", detached(extent), casPair, rounds);
      compare("pin + share + close both", shared(extent), casPair, rounds);
      compare("pin with a deadline + close", deadlined(extent), casPair, rounds);
      compare("pin of an arena + close", ofArena(arena), casPair, rounds);
      for (int depth : new int[] {4, 64, 1024, 16_384}) {
        Deque<Pin> open = opened(extent, depth);
        compare("pin, in a queue of " + depth, replaceOldest(extent, open), casPair, rounds);
        open.forEach(Pin::close);
      }
      compare("allocate + pin + close + free", whole(scratch), casPair, rounds);
    }
  }

  private static Block plain(Extent extent) {
    return times -> {
      for (int i = 0; i < times; i++) {
        extent.pin("plain").close();
      }
    };
  }

  private static Block detached(Extent extent) {
    return times -> {
      for (int i = 0; i < times; i++) {
        extent.pin("detached").detach().close();
      }
    };
  }

  private static Block shared(Extent extent) {
    return times -> {
      for (int i = 0; i < times; i++) {
        try (Pin pin = extent.pin("shared")) {
          pin.share().close();
        }
      }
    };
  }

  private static Block deadlined(Extent extent) {
    PinOptions how = PinOptions.named("deadlined").deadline(Duration.ofSeconds(60));
    return times -> {
      for (int i = 0; i < times; i++) {
        extent.pin(how).close();
      }
    };
  }

  private static Block ofArena(PinnedArena arena) {
    MemorySegment memory = arena.allocate(64);
    return times -> {
      for (int i = 0; i < times; i++) {
        arena.pin(memory, "arena").close();
      }
    };
  }

  private static Block whole(ScratchPool scratch) {
    return times -> {
      try {
        for (int i = 0; i < times; i++) {
          Extent fresh = scratch.pool().allocate(4096);
          fresh.pin("once").close();
          fresh.free();
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    };
  }

  private static Deque<Pin> opened(Extent extent, int depth) {
    Deque<Pin> open = new ArrayDeque<>();
    for (int i = 0; i < depth; i++) {
      open.add(extent.pin("queue"));
    }
    return open;
  }

  /** Takes a pin and closes the oldest of those that are open, as I/O completes. */
  private static Block replaceOldest(Extent extent, Deque<Pin> open) {
    return times -> {
      for (int i = 0; i < times; i++) {
        open.add(extent.pin("queue"));
        open.remove().close();
      }
    };
  }

  private static void compare(String what, Block ours, Block reference, int rounds) {
    int blocks = 10 * rounds;
    double[] our = new double[blocks];
    double[] their = new double[blocks];
    long bytes = 0;
    for (int i = -WARM_UP; i < blocks; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      double first = nanosPerTurn(ours);
      long after = THREADS.getCurrentThreadAllocatedBytes();
      double second = nanosPerTurn(reference);
      if (i >= 0) {
        our[i] = first;
        their[i] = second;
        bytes += after - before;
      }
    }
    Arrays.sort(our);
    Arrays.sort(their);
    System.out.printf(
        "%-32s %7.1f ns, %6.1f bytes of heap / CAS pair %5.1f ns = %.2f%n",
        what,
        our[blocks / 2],
        (double) bytes / blocks / BLOCK,
        their[blocks / 2],
        our[blocks / 2] / their[blocks / 2]);
  }

  private static double nanosPerTurn(Block block) {
    long start = THREADS.getCurrentThreadCpuTime();
    block.run(BLOCK);
    return (THREADS.getCurrentThreadCpuTime() - start) / (double) BLOCK;
  }
}
