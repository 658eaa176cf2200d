package io.pinaudit.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Allocate and free among many live extents, against malloc(3) and free(3) among as many live
 * blocks.
 *
 * <p>One in eight of the live ones is freed and allocated again, at random, before: the free
 * storage is in pieces.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("restricted")
public class AllocateBenchmark {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MALLOC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("malloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG));
  private static final MethodHandle FREE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

  /** How many extents live meanwhile. */
  @Param({"1000", "1000000"})
  public int live;

  /** What is allocated and freed. */
  @Param({"4096", "65536", "1048576"})
  public long sizeBytes;

  private ScratchPool pool;
  private Extent[] extents;
  private MemorySegment[] blocks;
  private long place;

  /** Allocates what is to live, both ways. */
  @Setup
  public void open() throws Throwable {
    pool = ScratchPool.create(PoolOptions.ofLength(live * 3L * 4096 + (64 << 20)));
    Random random = new Random(1);
    extents = new Extent[live];
    blocks = new MemorySegment[live];
    for (int i = 0; i < live; i++) {
      extents[i] = pool.pool().allocate(4096);
      blocks[i] = malloc(64);
    }
    for (int i = 0; i < live / 8; i++) {
      int at = random.nextInt(live);
      extents[at].free();
      FREE.invokeExact(blocks[at]);
      extents[at] = pool.pool().allocate(4096L * (1 + random.nextInt(4)));
      blocks[at] = malloc(64L * (1 + random.nextInt(4)));
    }
  }

  /** Removes the file; malloc's blocks go with the process. */
  @TearDown
  public void close() throws IOException {
    pool.close();
  }

  /** Allocates and frees an extent. */
  @Benchmark
  public long allocateAndFree() throws IOException {
    Extent extent = pool.pool().allocate(sizeBytes);
    extent.free();
    return extent.offset();
  }

  /** Allocates and frees memory of the C library. */
  @Benchmark
  public long mallocAndFree() throws Throwable {
    MemorySegment block = malloc(sizeBytes);
    FREE.invokeExact(block);
    return block.address();
  }

  /** Frees one of the live extents, at random, and allocates another of one to four blocks. */
  long replace() throws IOException {
    int at = nextPlace();
    extents[at].free();
    extents[at] = pool.pool().allocate(nextLength());
    return extents[at].offset();
  }

  /**
   * Does the same with memory of the C library. Once every piece was replaced, the lengths are the
   * same.
   */
  long replaceMalloced() throws Throwable {
    int at = nextPlace();
    FREE.invokeExact(blocks[at]);
    blocks[at] = malloc(nextLength());
    return blocks[at].address();
  }

  private int nextPlace() {
    place = place * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
    return (int) ((place >>> 33) % live);
  }

  private long nextLength() {
    return 4096L * (1 + (place >>> 20 & 3));
  }

  private static MemorySegment malloc(long lengthBytes) throws Throwable {
    MemorySegment block = (MemorySegment) MALLOC.invokeExact(lengthBytes);
    return block.reinterpret(lengthBytes);
  }
}
