package io.pinaudit.allocator;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that allocates, commits and frees until it is killed, two threads at once, and writes
 * down what it is about to do and what it has done: with write(2), so that each note outlives it,
 * and its machine if the journal is in a folder shared by another.
 */
final class KillWriter {
  /** Pins that a thread keeps over the free; more, and the pool is full of them. */
  private static final int MOST_KEPT = 20;

  static final int THREADS = 2;
  static final int NOTES = 1 << 16;
  static final int NOTE_BYTES = 48;
  static final long JOURNAL_BYTES = 8 + (long) THREADS * NOTES * NOTE_BYTES;
  static final String SYNCHRONOUS = "commits by cache lines: mapped with MAP_SYNC";
  static final int COMMIT = 1;
  static final int FREE = 2;
  static final int SYNC = 3;

  /** Two notes: of what is freed, and of what is committed at once. */
  static final int REPLACED = 4;

  static final int REPLACING = 5;

  /** Orders what the threads do. */
  private static final AtomicLong CLOCK = new AtomicLong();

  private KillWriter() {}

  /**
   * Usage: {@code KillWriter POOL JOURNAL SEED [shrink]}; the journal exists. Shrinking too, it
   * takes more turns in which it finds no room, since the pool does not grow meanwhile.
   */
  public static void main(String[] args) throws Exception {
    FileChannel journal =
        FileChannel.open(Path.of(args[1]), StandardOpenOption.READ, StandardOpenOption.WRITE);
    // In small pieces, so that many a kill comes while the log is begun anew.
    PoolOptions options = PoolOptions.ofLength(512 << 10).growTo(4 << 20).rewritePieces(2_000);
    ExtentPool pool = ExtentPool.open(Path.of(args[0]), options);
    List<Extent> found = pool.extents();
    boolean shrinks = args.length > 3;
    System.out.println(pool.isSynchronous() ? SYNCHRONOUS : "commits by msync");
    journal.write(note(8).putLong(1).flip(), 0);
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      List<Extent> mine = new ArrayList<>();
      for (int e = i; e < found.size(); e += THREADS) {
        mine.add(found.get(e));
      }
      Random random = new Random(Long.parseLong(args[2]) * THREADS + i);
      Thread.ofPlatform()
          .start(() -> work(pool, new Notes(journal, thread), mine, random, shrinks));
    }
  }

  private static ByteBuffer note(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  private static void work(
      ExtentPool pool, Notes notes, List<Extent> mine, Random random, boolean shrinks) {
    try {
      Deque<Pin> kept = new ArrayDeque<>();
      while (true) {
        try {
          step(pool, notes, mine, kept, random);
          if (shrinks && random.nextInt(20) == 0) {
            shrink(pool, random);
          }
        } catch (PoolFullException e) {
          if (!shrinks) {
            throw e;
          }
          kept.forEach(Pin::close);
          kept.clear();
        }
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
      extent.segment().force();
      notes.begin(COMMIT, stamp, extent.offset(), extent.length());
      extent.commit(Long.toHexString(stamp) + "-".repeat(random.nextInt(200)));
      notes.end();
      mine.add(extent);
    } else if (choice == 4 && !mine.isEmpty()) {
      replace(pool, notes, mine, random);
    } else if (choice < 6) {
      // Not committed: must never damage what is.
      Extent extent = pool.allocate(4096L * (1 + random.nextInt(4)));
      stamp(extent, -1);
      extent.free();
    } else if (choice < 9 && !mine.isEmpty()) {
      Extent extent = mine.remove(random.nextInt(mine.size()));
      long stamp = extent.segment().get(ValueLayout.JAVA_LONG, 0);
      Pin pin = random.nextBoolean() ? extent.pin("kept over the free") : null;
      notes.begin(FREE, stamp, extent.offset(), extent.length());
      extent.free();
      notes.end();
      if (pin != null) {
        stamp(extent, stamp);
        kept.add(pin);
      }
    } else if (random.nextInt(10) == 0) {
      notes.begin(SYNC, 0, 0, 0);
      pool.sync();
      notes.end();
    }
  }

  private static void replace(ExtentPool pool, Notes notes, List<Extent> mine, Random random)
      throws IOException {
    Extent by = pool.allocate(4096L * (1 + random.nextInt(4)));
    long stamp = random.nextLong() | 1;
    stamp(by, stamp);
    by.segment().force();
    Extent old = mine.remove(random.nextInt(mine.size()));
    long oldStamp = old.segment().get(ValueLayout.JAVA_LONG, 0);
    notes.begin(REPLACED, oldStamp, old.offset(), old.length());
    notes.beginNext(REPLACING, stamp, by.offset(), by.length());
    pool.changes().commit(by, Long.toHexString(stamp) + "-").free(old).apply();
    notes.endBoth();
    mine.add(by);
  }

  private static void shrink(ExtentPool pool, Random random) throws IOException {
    long length = Math.max(256 << 10, pool.length() - 4096L * random.nextInt(100));
    try {
      pool.shrink(length);
    } catch (IllegalStateException | IllegalArgumentException e) {
      String reason = e.getMessage();
      if (!reason.contains("lives beyond") && !reason.contains("more than the present")) {
        throw e;
      }
    }
  }

  private static void stamp(Extent extent, long stamp) {
    for (long at = 0; at < extent.length(); at += 8) {
      extent.segment().set(ValueLayout.JAVA_LONG, at, stamp);
    }
  }

  /**
   * A thread's part of the journal: operation, stamp, offset, length, when it began and when it was
   * done; the operation is negated when it is done.
   */
  private static final class Notes {
    private final FileChannel journal;
    private final ByteBuffer note = note(NOTE_BYTES);
    private long at;

    Notes(FileChannel journal, int thread) {
      this.journal = journal;
      this.at = 8 + (long) thread * NOTES * NOTE_BYTES;
    }

    void begin(int operation, long stamp, long offset, long length) throws IOException {
      note.clear().putLong(operation).putLong(stamp).putLong(offset).putLong(length);
      note.putLong(CLOCK.incrementAndGet()).putLong(0);
      journal.write(note.flip(), at);
    }

    /** Another note, of the same operation. */
    void beginNext(int operation, long stamp, long offset, long length) throws IOException {
      at += NOTE_BYTES;
      begin(operation, stamp, offset, length);
    }

    void endBoth() throws IOException {
      ByteBuffer first = note(NOTE_BYTES);
      journal.read(first, at - NOTE_BYTES);
      first.putLong(0, -first.getLong(0)).putLong(40, CLOCK.incrementAndGet());
      journal.write(first.rewind(), at - NOTE_BYTES);
      end();
    }

    void end() throws IOException {
      note.clear().putLong(0, -note.getLong(0)).putLong(40, CLOCK.incrementAndGet());
      journal.write(note, at);
      at += NOTE_BYTES;
    }
  }
}
