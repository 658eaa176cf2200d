package io.pinaudit.benchmarks;

import com.sun.nio.file.ExtendedOpenOption;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinOptions;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PoolOptions;
import io.pinaudit.allocator.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
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
 * O_DIRECT reads at random offsets of a file into an extent, pinned by each policy or not at all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DirectReadBenchmark {
  private static final int FILE_BYTES = 64 << 20;

  /** How much one read reads. */
  @Param({"4096", "1048576"})
  public int sizeBytes;

  private ScratchPool pool;
  private Extent extent;
  private FileChannel disk;
  private Path source;

  /** Writes the file to be read. */
  @Setup
  public void open() throws IOException {
    pool = ScratchPool.create(PoolOptions.ofLength(16 << 20));
    extent = pool.pool().allocate(sizeBytes);
    extent.segment().fill((byte) 1);
    source = Files.createTempFile("pinaudit-benchmark", ".source");
    Files.write(source, new byte[FILE_BYTES]);
    disk = FileChannel.open(source, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
  }

  /** Removes the files. */
  @TearDown
  public void close() throws IOException {
    disk.close();
    Files.delete(source);
    pool.close();
  }

  /** As a program does it that knows nothing of pins. */
  @Benchmark
  public int unprotected() throws IOException {
    return read(extent.segment().asByteBuffer());
  }

  /** With a plain pin, the policy being DEFER. */
  @Benchmark
  public int defer() throws IOException {
    try (Pin pin = extent.pin("benchmark")) {
      return read(pin.buffer());
    }
  }

  /** With a pin that makes frees wait. */
  @Benchmark
  public int waiting() throws IOException {
    return read(PinOptions.named("benchmark").policy(PinPolicy.WAIT));
  }

  /** With a copy that is written back after the read. */
  @Benchmark
  public int copyIn() throws IOException {
    return read(PinOptions.named("benchmark").policy(PinPolicy.COPY).transfer(Transfer.IN));
  }

  /** With a copy that is made before and written back after the read. */
  @Benchmark
  public int copyBoth() throws IOException {
    return read(PinOptions.named("benchmark").policy(PinPolicy.COPY));
  }

  private int read(PinOptions how) throws IOException {
    try (Pin pin = extent.pin(how)) {
      return read(pin.buffer());
    }
  }

  private int read(ByteBuffer into) throws IOException {
    int places = FILE_BYTES / sizeBytes;
    return disk.read(into, (long) ThreadLocalRandom.current().nextInt(places) * sizeBytes);
  }
}
