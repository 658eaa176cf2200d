package io.pinaudit.example;

import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Loads pages of a file into extents, asynchronously, and finds them again after a restart. */
public final class PageStore implements AutoCloseable {
  private static final int PAGE_BYTES = 65_536;
  private final ExtentPool pool;

  public PageStore(Path path) throws IOException {
    PoolOptions options =
        PoolOptions.ofLength(1 << 20)
            .growTo(1 << 30)
            .policy(PinPolicy.DEFER)
            .patience(Duration.ofSeconds(30));
    pool = ExtentPool.open(path, options);
  }

  /** Reads a page; the extent may be freed meanwhile, its storage stays until the read is done. */
  public CompletableFuture<Extent> load(AsynchronousFileChannel source, int page)
      throws IOException {
    Extent extent = pool.allocate(PAGE_BYTES);
    CompletableFuture<Extent> loaded = new CompletableFuture<>();
    Pin lease = extent.pin("page read").detach();
    try {
      CompletionHandler<Integer, Pin> handler =
          new CompletionHandler<>() {
            @Override
            public void completed(Integer count, Pin held) {
              held.close();
              loaded.complete(extent);
            }

            @Override
            public void failed(Throwable cause, Pin held) {
              held.close();
              extent.free();
              loaded.completeExceptionally(cause);
            }
          };
      source.read(lease.buffer(), (long) page * PAGE_BYTES, lease, handler);
    } catch (RuntimeException e) {
      lease.close();
      extent.free();
      throw e;
    }
    return loaded;
  }

  /** Keeps a page: contents first, then the extent. */
  public void keep(Extent extent, int page) throws IOException {
    extent.segment().force();
    extent.commit("page " + page);
  }

  public Optional<Extent> find(int page) {
    return pool.extents().stream().filter(e -> e.name().equals("page " + page)).findFirst();
  }

  @Override
  public void close() {
    pool.close();
  }
}
