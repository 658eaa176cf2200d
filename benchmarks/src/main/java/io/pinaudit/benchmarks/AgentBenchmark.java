package io.pinaudit.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

/** Calls that the agent hooks; {@link AgentCost} runs them without and with it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AgentBenchmark {
  private static final int SIZE = 1 << 20;
  private static final int READ = 64;

  private Path path;
  private FileChannel channel;
  private ByteBuffer mapped;
  private ByteBuffer memory;

  /** Opens a file, a mapping of it, and memory that is no mapping. */
  @Setup
  public void open() throws IOException {
    path = Files.write(Files.createTempFile("pinaudit-agent", ".dat"), new byte[SIZE]);
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    mapped = channel.map(MapMode.READ_WRITE, 0, SIZE).slice(4096, READ);
    memory = ByteBuffer.allocateDirect(READ);
  }

  /** Removes the file. */
  @TearDown
  public void close() throws IOException {
    channel.close();
    Files.delete(path);
  }

  /** Makes a hooked call that needs no event. */
  @Benchmark
  public int readIntoMemory() throws IOException {
    return channel.read(memory.clear(), 0);
  }

  /** Makes a hooked call with one event. */
  @Benchmark
  public int readIntoMapping() throws IOException {
    return channel.read(mapped.clear(), 0);
  }

  /** Makes two hooked calls with an event each. */
  @Benchmark
  public MemorySegment mapAndUnmap() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return channel.map(MapMode.READ_ONLY, 0, 4096, arena);
    }
  }
}
