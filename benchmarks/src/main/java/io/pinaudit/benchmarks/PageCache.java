package io.pinaudit.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.Pin;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Random;

/**
 * A cache of the pages of a file, which evicts by the clock algorithm. Each page is filled by one
 * direct read, looked at while it cannot be taken away, and given back when it is evicted. Each
 * kind of memory is a class that has {@link #run} compiled for itself, as an engine would.
 *
 * @param <P> a page's memory
 */
abstract class PageCache<P> {
  static final int PAGE_BYTES = 16 << 10;
  static final int PAGES = 4096;
  static final int FRAMES = 1024;
  static final int BLOCK_BYTES = 4096;

  /** Of a hundred accesses so many go to the tenth of the pages that is used most. */
  private static final int HOT_PERCENT = 80;

  private static final int HOT_PAGES = PAGES / 10;

  private final FileChannel disk;
  private final P[] frames;
  private final int[] pageOfFrame = new int[FRAMES];
  private final boolean[] used = new boolean[FRAMES];
  private final int[] frameOfPage = new int[PAGES];
  private final Random random = new Random(1);
  private int hand;
  private long misses;

  @SuppressWarnings("unchecked")
  PageCache(FileChannel disk) {
    this.disk = disk;
    this.frames = (P[]) new Object[FRAMES];
    Arrays.fill(frameOfPage, -1);
  }

  /** Returns memory of one page, filled with that page. */
  abstract P load(int page) throws IOException;

  /** Returns a word of the page, which is held meanwhile. */
  abstract long look(P memory, int offset);

  /** Gives it back. */
  abstract void evict(P memory);

  /** Makes a number of accesses. */
  abstract long run(int accesses) throws IOException;

  /** Makes one access of {@link #run}. */
  final long access(int turn) throws IOException {
    boolean hot = random.nextInt(100) < HOT_PERCENT;
    int page = random.nextInt(hot ? HOT_PAGES : PAGES);
    int frame = frameOfPage[page];
    if (frame < 0) {
      frame = replace(page);
    }
    used[frame] = true;
    long word = look(frames[frame], 8 * (turn % (PAGE_BYTES / 8)));
    if (word != page) {
      throw new AssertionError("page " + page + " has the bytes of " + word);
    }
    return word;
  }

  private int replace(int page) throws IOException {
    misses++;
    while (used[hand]) {
      used[hand] = false;
      hand = (hand + 1) % FRAMES;
    }
    int frame = hand;
    hand = (hand + 1) % FRAMES;
    if (frames[frame] != null) {
      frameOfPage[pageOfFrame[frame]] = -1;
      evict(frames[frame]);
    }
    frames[frame] = load(page);
    pageOfFrame[frame] = page;
    frameOfPage[page] = frame;
    return frame;
  }

  final void read(int page, ByteBuffer into) throws IOException {
    long position = (long) page * PAGE_BYTES;
    if (disk.read(into, position) != PAGE_BYTES) {
      throw new IOException("short read at " + position);
    }
  }

  final void evictAll() {
    for (P page : frames) {
      if (page != null) {
        evict(page);
      }
    }
  }

  final long misses() {
    return misses;
  }

  /** Extents of a pool, each read and each look under a pin of its own. */
  static final class OfPool extends PageCache<Extent> {
    private final ExtentPool pool;

    OfPool(ExtentPool pool, FileChannel disk) {
      super(disk);
      this.pool = pool;
    }

    @Override
    long run(int accesses) throws IOException {
      long sum = 0;
      for (int i = 0; i < accesses; i++) {
        sum += access(i);
      }
      return sum;
    }

    @Override
    Extent load(int page) throws IOException {
      Extent memory = pool.allocate(PAGE_BYTES);
      try (Pin pin = memory.pin("page")) {
        read(page, pin.buffer());
      }
      return memory;
    }

    @Override
    long look(Extent memory, int offset) {
      try (Pin pin = memory.pin("page")) {
        return pin.segment().get(ValueLayout.JAVA_LONG, offset);
      }
    }

    @Override
    void evict(Extent memory) {
      memory.free();
    }
  }

  /** A shared arena for each page, which is closed with it. */
  static final class OfArenas extends PageCache<OfArenas.Page> {
    record Page(Arena arena, MemorySegment memory) {}

    OfArenas(FileChannel disk) {
      super(disk);
    }

    @Override
    long run(int accesses) throws IOException {
      long sum = 0;
      for (int i = 0; i < accesses; i++) {
        sum += access(i);
      }
      return sum;
    }

    @Override
    Page load(int page) throws IOException {
      Arena arena = Arena.ofShared();
      MemorySegment memory = arena.allocate(PAGE_BYTES, BLOCK_BYTES);
      read(page, memory.asByteBuffer());
      return new Page(arena, memory);
    }

    @Override
    long look(Page page, int offset) {
      return page.memory.get(ValueLayout.JAVA_LONG, offset);
    }

    @Override
    void evict(Page page) {
      page.arena.close();
    }
  }

  /** Netty's pooled direct buffers, whose handles are recycled; counted at each look. */
  static final class OfNetty extends PageCache<ByteBuf> {
    private final PooledByteBufAllocator netty;

    OfNetty(PooledByteBufAllocator netty, FileChannel disk) {
      super(disk);
      this.netty = netty;
    }

    @Override
    long run(int accesses) throws IOException {
      long sum = 0;
      for (int i = 0; i < accesses; i++) {
        sum += access(i);
      }
      return sum;
    }

    @Override
    ByteBuf load(int page) throws IOException {
      ByteBuf memory = netty.directBuffer(PAGE_BYTES, PAGE_BYTES);
      memory.retain();
      try {
        read(page, memory.internalNioBuffer(0, PAGE_BYTES));
      } finally {
        memory.release();
      }
      return memory;
    }

    @Override
    long look(ByteBuf memory, int offset) {
      memory.retain();
      try {
        return memory.getLongLE(offset);
      } finally {
        memory.release();
      }
    }

    @Override
    void evict(ByteBuf memory) {
      memory.release();
    }
  }
}
