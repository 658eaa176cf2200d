package io.pinaudit.benchmarks;

import com.sun.management.ThreadMXBean;
import com.sun.nio.file.ExtendedOpenOption;
import io.netty.buffer.PooledByteBufAllocator;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * The page cache of a storage engine, once on extents of a pool, once on a shared arena for each
 * page, once on Netty's pooled direct buffers: hits, misses that are read with O_DIRECT, and
 * evictions by the clock algorithm, the same sequence of pages for all. The three alternate block
 * by block within one JVM; compared are time, processor time and heap garbage of an access.
 */
final class PageCaches {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int BLOCK_BYTES = 4096;
  private static final int PAGE_BYTES = 16 << 10;
  private static final int PAGES = 4096;
  private static final int FRAMES = 1024;
  private static final int BLOCK = 2_000;
  private static final int WARM_UP = 60;

  /** Of a hundred accesses so many go to the tenth of the pages that is used most. */
  private static final int HOT_PERCENT = 80;

  private static final int HOT_PAGES = PAGES / 10;

  @SuppressWarnings("unused") // keeps the compiler from leaving the work out
  private static volatile long sink;

  /** A clock of frames over one kind of memory. */
  private static final class Cache<P> {
    private final PageBuffers<P> buffers;
    private final FileChannel disk;
    private final P[] frames;
    private final int[] pageOfFrame = new int[FRAMES];
    private final boolean[] used = new boolean[FRAMES];
    private final int[] frameOfPage = new int[PAGES];
    private final Random random = new Random(1);
    private int hand;
    private int loading;
    private long misses;

    /** One object for all reads: what is compared are the pages. */
    private final PageBuffers.Source source;

    @SuppressWarnings("unchecked")
    Cache(PageBuffers<P> buffers, FileChannel disk) {
      this.buffers = buffers;
      this.disk = disk;
      this.frames = (P[]) new Object[FRAMES];
      this.source =
          into -> {
            long position = (long) loading * PAGE_BYTES;
            if (this.disk.read(into, position) != PAGE_BYTES) {
              throw new IOException("short read at " + position);
            }
          };
      Arrays.fill(frameOfPage, -1);
    }

    long run(int accesses) throws IOException {
      long sum = 0;
      for (int i = 0; i < accesses; i++) {
        boolean hot = random.nextInt(100) < HOT_PERCENT;
        int page = random.nextInt(hot ? HOT_PAGES : PAGES);
        int frame = frameOfPage[page];
        if (frame < 0) {
          frame = load(page);
        }
        used[frame] = true;
        long word = buffers.look(frames[frame], 8 * (i % (PAGE_BYTES / 8)));
        if (word != page) {
          throw new AssertionError("page " + page + " has the bytes of " + word);
        }
        sum += word;
      }
      return sum;
    }

    private int load(int page) throws IOException {
      misses++;
      while (used[hand]) {
        used[hand] = false;
        hand = (hand + 1) % FRAMES;
      }
      int frame = hand;
      hand = (hand + 1) % FRAMES;
      if (frames[frame] != null) {
        frameOfPage[pageOfFrame[frame]] = -1;
        buffers.evict(frames[frame]);
      }
      loading = page;
      frames[frame] = buffers.load(source);
      pageOfFrame[frame] = page;
      frameOfPage[page] = frame;
      return frame;
    }

    void evictAll() {
      for (P page : frames) {
        if (page != null) {
          buffers.evict(page);
        }
      }
    }
  }

  /** What the blocks of one kind took, for each access. */
  private static final class Cost {
    final double[] nanos;
    final double[] cpuNanos;
    final double[] bytes;

    Cost(int blocks) {
      nanos = new double[blocks];
      cpuNanos = new double[blocks];
      bytes = new double[blocks];
    }
  }

  private PageCaches() {}

  static void measure(int rounds) throws IOException {
    Path folder =
        Path.of(System.getProperty("pinaudit.pages", System.getProperty("java.io.tmpdir")));
    Path source = Files.createTempFile(folder, "pinaudit-benchmark", ".pages");
    long poolBytes = 2L * FRAMES * PAGE_BYTES;
    try (FileChannel disk = openFull(source);
        ScratchPool scratch = ScratchPool.inMemory(PoolOptions.ofLength(poolBytes))) {
      Map<String, Cache<?>> caches = new LinkedHashMap<>();
      caches.put("pool", new Cache<>(new PageBuffers.OfPool(scratch.pool(), PAGE_BYTES), disk));
      caches.put("Arena.ofShared", new Cache<>(new PageBuffers.OfArenas(PAGE_BYTES), disk));
      caches.put(
          "Netty, pooled", new Cache<>(new PageBuffers.OfNetty(aligned(), PAGE_BYTES), disk));
      compare(caches, 20 * rounds);
      caches.values().forEach(Cache::evictAll);
    } finally {
      Files.delete(source);
    }
  }

  /** Netty's defaults, but for what a direct read needs. */
  private static PooledByteBufAllocator aligned() {
    return new PooledByteBufAllocator(
        true,
        PooledByteBufAllocator.defaultNumHeapArena(),
        PooledByteBufAllocator.defaultNumDirectArena(),
        PooledByteBufAllocator.defaultPageSize(),
        PooledByteBufAllocator.defaultMaxOrder(),
        PooledByteBufAllocator.defaultSmallCacheSize(),
        PooledByteBufAllocator.defaultNormalCacheSize(),
        true,
        BLOCK_BYTES);
  }

  /** Each word of a page is the number of the page. */
  private static FileChannel openFull(Path source) throws IOException {
    try (FileChannel out = FileChannel.open(source, StandardOpenOption.WRITE)) {
      for (int page = 0; page < PAGES; page++) {
        long[] words = new long[PAGE_BYTES / 8];
        Arrays.fill(words, page);
        ByteBuffer bytes = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        out.write(bytes);
      }
      out.force(true);
    }
    return FileChannel.open(source, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
  }

  private static void compare(Map<String, Cache<?>> caches, int blocks) throws IOException {
    Map<String, Cost> costs = new LinkedHashMap<>();
    caches.keySet().forEach(name -> costs.put(name, new Cost(blocks)));
    for (int block = -WARM_UP; block < blocks; block++) {
      for (Map.Entry<String, Cache<?>> one : caches.entrySet()) {
        run(one.getValue(), costs.get(one.getKey()), block);
      }
    }
    costs.forEach(
        (name, cost) ->
            System.out.printf(
                "page cache on %-16s %8.0f accesses/s  processor %7.0f ns  heap %7.1f bytes an"
                    + " access, %d misses%n",
                name,
                1e9 / median(cost.nanos),
                median(cost.cpuNanos),
                median(cost.bytes),
                caches.get(name).misses));
  }

  private static void run(Cache<?> cache, Cost cost, int block) throws IOException {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    sink = cache.run(BLOCK);
    long end = System.nanoTime();
    if (block >= 0) {
      cost.nanos[block] = (double) (end - start) / BLOCK;
      cost.cpuNanos[block] = (double) (THREADS.getCurrentThreadCpuTime() - cpu) / BLOCK;
      cost.bytes[block] = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / BLOCK;
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
