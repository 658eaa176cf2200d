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

/**
 * The page cache of a storage engine, once on extents of a pool, once on a shared arena for each
 * page, once on Netty's pooled direct buffers: hits, misses that are read with O_DIRECT, and
 * evictions by the clock algorithm, the same sequence of pages for all. The three alternate block
 * by block within one JVM; compared are time, processor time and heap garbage of an access.
 */
final class PageCaches {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int BLOCK = 2_000;
  private static final int WARM_UP = 200;

  @SuppressWarnings("unused") // keeps the compiler from leaving the work out
  private static volatile long sink;

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
    long poolBytes = 2L * PageCache.FRAMES * PageCache.PAGE_BYTES;
    try (FileChannel disk = openFull(source);
        ScratchPool scratch = ScratchPool.inMemory(PoolOptions.ofLength(poolBytes))) {
      Map<String, PageCache<?>> caches = new LinkedHashMap<>();
      caches.put("pool", new PageCache.OfPool(scratch.pool(), disk));
      caches.put("Arena.ofShared", new PageCache.OfArenas(disk));
      caches.put("Netty, pooled", new PageCache.OfNetty(aligned(), disk));
      compare(caches, 20 * rounds);
      caches.values().forEach(PageCache::evictAll);
    } finally {
      Files.delete(source);
    }
  }

  /**
   * Returns an allocator with Netty's defaults, except for the alignment that a direct read needs.
   */
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
        PageCache.BLOCK_BYTES);
  }

  /** Opens a file in which each word of a page is the number of the page. */
  private static FileChannel openFull(Path source) throws IOException {
    try (FileChannel out = FileChannel.open(source, StandardOpenOption.WRITE)) {
      for (int page = 0; page < PageCache.PAGES; page++) {
        long[] words = new long[PageCache.PAGE_BYTES / 8];
        Arrays.fill(words, page);
        ByteBuffer bytes = ByteBuffer.allocate(PageCache.PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(words);
        out.write(bytes);
      }
      out.force(true);
    }
    return FileChannel.open(source, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
  }

  private static void compare(Map<String, PageCache<?>> caches, int blocks) throws IOException {
    Map<String, Cost> costs = new LinkedHashMap<>();
    caches.keySet().forEach(name -> costs.put(name, new Cost(blocks)));
    for (int block = -WARM_UP; block < blocks; block++) {
      for (Map.Entry<String, PageCache<?>> one : caches.entrySet()) {
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
                caches.get(name).misses()));
  }

  private static void run(PageCache<?> cache, Cost cost, int block) throws IOException {
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
