package io.pinaudit.benchmarks;

import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Committed allocations a second, against how often the device makes a changed page durable. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CommitBenchmark {
  private static final long FILE_BYTES = 1 << 20;

  private ScratchPool pool;
  private Path file;
  private Arena arena;
  private MemorySegment mapping;
  private long at;

  /** Opens a pool, and a mapped file of zeros. */
  @Setup
  public void open() throws IOException {
    pool = ScratchPool.create(PoolOptions.ofLength(64 << 20));
    file = Files.write(Files.createTempFile("pinaudit-benchmark", ".file"), new byte[1 << 20]);
    arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.force(true);
      mapping = channel.map(MapMode.READ_WRITE, 0, FILE_BYTES, arena);
    }
  }

  /** Removes the files. */
  @TearDown
  public void close() throws IOException {
    arena.close();
    Files.delete(file);
    pool.close();
  }

  /** Allocates, commits and frees in one thread. */
  @Benchmark
  @Threads(1)
  public long commitAlone() throws IOException {
    return commit();
  }

  /** Does the same in eight threads, which share forces. */
  @Benchmark
  @Threads(8)
  public long commitByEight() throws IOException {
    return commit();
  }

  private long commit() throws IOException {
    Extent extent = pool.pool().allocate(4096);
    extent.commit("benchmark");
    extent.free();
    return extent.offset();
  }

  /** Changes 48 bytes, the length of a commit's record with this name, and forces them. */
  @Benchmark
  @Threads(1)
  public void forceAlone() {
    at = (at + 48) % (FILE_BYTES - 48);
    MemorySegment record = mapping.asSlice(at, 48);
    for (long i = 0; i < 48; i += 8) {
      record.set(ValueLayout.JAVA_LONG_UNALIGNED, i, at);
    }
    record.force();
  }
}
