package io.pinaudit.benchmarks;

import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pool in a folder of its own, which goes with it: below java.io.tmpdir. */
record ScratchPool(ExtentPool pool, Path folder) implements AutoCloseable {
  static ScratchPool create(PoolOptions options) throws IOException {
    return in(Files.createTempDirectory("pinaudit-benchmark"), options);
  }

  /** Opens a pool in a file system in memory, as DAX is one: nothing is ever written to a disk. */
  static ScratchPool inMemory(PoolOptions options) throws IOException {
    return in(Files.createTempDirectory(Path.of("/dev/shm"), "pinaudit-benchmark"), options);
  }

  private static ScratchPool in(Path folder, PoolOptions options) throws IOException {
    return new ScratchPool(ExtentPool.open(folder.resolve("pool"), options), folder);
  }

  @Override
  public void close() throws IOException {
    pool.close();
    Files.delete(folder.resolve("pool"));
    Files.delete(folder);
  }
}
