package io.pinaudit.benchmarks;

import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pool in a folder of its own, which goes with it: below java.io.tmpdir. */
record ScratchPool(ExtentPool pool, Path folder) implements AutoCloseable {
  static ScratchPool create(PoolOptions options) throws IOException {
    Path folder = Files.createTempDirectory("pinaudit-benchmark");
    return new ScratchPool(ExtentPool.open(folder.resolve("pool"), options), folder);
  }

  @Override
  public void close() throws IOException {
    pool.close();
    Files.delete(folder.resolve("pool"));
    Files.delete(folder);
  }
}
