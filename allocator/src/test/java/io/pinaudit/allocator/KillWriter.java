package io.pinaudit.allocator;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * A program that allocates, commits and frees until it is killed, two threads at once, and writes
 * down what it is about to do and what it has done: in a shared mapping, which outlives it.
 */
final class KillWriter {
  /** Pins that a thread keeps over the free; more, and the pool is full of them. */
  private static final int MOST_KEPT = 20;

  static final int THREADS = 2;
  static final int NOTES = 1 << 16;
  static final int NOTE_BYTES = 32;
  static final long JOURNAL_BYTES = 8 + (long) THREADS * NOTES * NOTE_BYTES;
  static final int COMMIT = 1;
  static final int FREE = 2;

  private KillWriter() {}

  /** Usage: {@code KillWriter POOL JOURNAL SEED}. */
  public static void main(String[] args) throws Exception {
    MemorySegment journal = map(Path.of(args[1]));
    PoolOptions options = PoolOptions.ofLength(512 << 10).growTo(4 << 20);
    ExtentPool pool = ExtentPool.open(Path.of(args[0]), options);
    List<Extent> found = pool.extents();
    journal.set(ValueLayout.JAVA_LONG, 0, 1);
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      List<Extent> mine = new ArrayList<>();
      for (int e = i; e < found.size(); e += THREADS) {
        mine.add(found.get(e));
      }
      Random random = new Random(Long.parseLong(args[2]) * THREADS + i);
      Thread.ofPlatform().start(() -> work(pool, new Notes(journal, thread), mine, random));
    }
  }

  static MemorySegment map(Path journal) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            journal,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, JOURNAL_BYTES, Arena.ofAuto());
    }
  }

  private static void work(ExtentPool pool, Notes notes, List<Extent> mine, Random random) {
    try {
      Deque<Pin> kept = new ArrayDeque<>();
      while (true) {
        step(pool, notes, mine, kept, random);
        if (kept.size() > MOST_KEPT) {
          kept.remove().close();
        }
      }
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(3);
    }
  }

  private static void step(
      ExtentPool pool, Notes notes, List<Extent> mine, Deque<Pin> kept, Random random)
      throws IOException {
    int choice = random.nextInt(10);
    if (choice < 4 && mine.size() < 60) {
      Extent extent = pool.allocate(4096L * (1 + random.nextInt(4)));
      long stamp = random.nextLong() | 1;
      stamp(extent, stamp);
      notes.begin(COMMIT, stamp, extent);
      extent.commit(Long.toHexString(stamp) + "-".repeat(random.nextInt(200)));
      notes.end();
      mine.add(extent);
    } else if (choice < 6) {
      // Not committed: must never damage what is.
      Extent extent = pool.allocate(4096L * (1 + random.nextInt(4)));
      stamp(extent, -1);
      extent.free();
    } else if (choice < 9 && !mine.isEmpty()) {
      Extent extent = mine.remove(random.nextInt(mine.size()));
      long stamp = extent.segment().get(ValueLayout.JAVA_LONG, 0);
      Pin pin = random.nextBoolean() ? extent.pin("kept over the free") : null;
      notes.begin(FREE, stamp, extent);
      extent.free();
      notes.end();
      if (pin != null) {
        stamp(extent, stamp);
        kept.add(pin);
      }
    } else if (random.nextInt(10) == 0) {
      pool.sync();
    }
  }

  private static void stamp(Extent extent, long stamp) {
    for (long at = 0; at < extent.length(); at += 8) {
      extent.segment().set(ValueLayout.JAVA_LONG, at, stamp);
    }
  }

  /** A thread's part of the journal: operation, stamp, offset, length; negated when it is done. */
  private static final class Notes {
    private final MemorySegment journal;
    private long at;

    Notes(MemorySegment journal, int thread) {
      this.journal = journal;
      this.at = 8 + (long) thread * NOTES * NOTE_BYTES;
    }

    void begin(int operation, long stamp, Extent extent) {
      journal.set(ValueLayout.JAVA_LONG, at + 8, stamp);
      journal.set(ValueLayout.JAVA_LONG, at + 16, extent.offset());
      journal.set(ValueLayout.JAVA_LONG, at + 24, extent.length());
      journal.set(ValueLayout.JAVA_LONG, at, operation);
    }

    void end() {
      journal.set(ValueLayout.JAVA_LONG, at, -journal.get(ValueLayout.JAVA_LONG, at));
      at += NOTE_BYTES;
    }
  }
}
