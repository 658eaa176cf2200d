package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Completion;
import io.pinaudit.allocator.storage.FreeMap;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** Makes the file of a pool shorter. */
final class PoolShrink {
  private final PoolWorks works;
  private final Space<Extent> space;
  private final PoolOptions options;

  PoolShrink(PoolWorks works) {
    this.works = works;
    this.space = works.space;
    this.options = works.parts.options();
  }

  /** Cuts the file, and waits for pins; returns whether it has been cut already. */
  boolean cutNow(long newLengthBytes) throws IOException {
    Completion end = shrink(newLengthBytes, true);
    space.blocks().finishIfUnpinned();
    end.requireNotFailed();
    return !space.blocks().isCutting();
  }

  /** Waits for no pin. */
  CompletionStage<Void> cutLater(long newLengthBytes) throws IOException {
    return shrink(newLengthBytes, false).stage();
  }

  private Completion shrink(long newLengthBytes, boolean waits) throws IOException {
    if (newLengthBytes < PoolFile.LEAST_BYTES || newLengthBytes % FreeMap.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "length %d, expected a multiple of %d from %d on"
              .formatted(newLengthBytes, FreeMap.BLOCK_BYTES, PoolFile.LEAST_BYTES));
    }
    Completion end = new Completion();
    works.sync();
    works.map.moveBelow(newLengthBytes);
    synchronized (works.lock()) {
      requireNotLonger(newLengthBytes);
      if (waits) {
        works.freed.awaitUnpinned(newLengthBytes, "shrink of " + works + " to " + newLengthBytes);
        // Looked at again: while this waited the pool may have been closed, or made shorter still.
        requireNotLonger(newLengthBytes);
      }
      cut(newLengthBytes);
      space.blocks().cutLater(newLengthBytes, end);
      works.freed.from(newLengthBytes).forEach(e -> e.reportHoldersLater(options.patience()));
    }
    works.sync();
    return end;
  }

  /** Gives out nothing beyond the new length any more, and says so in the log. */
  private void cut(long newLengthBytes) throws IOException {
    space.shards().stop();
    try {
      requireNoneLives(newLengthBytes);
      works.map.moveNowBelow(newLengthBytes);
      space.cut(newLengthBytes);
    } finally {
      space.shards().start();
    }
    works.map.logLength(newLengthBytes);
  }

  private void requireNotLonger(long newLengthBytes) {
    works.life.requireOpen();
    if (newLengthBytes > space.limit()) {
      throw new IllegalArgumentException(
          "length " + newLengthBytes + " is more than the present " + space.limit());
    }
  }

  private void requireNoneLives(long newLengthBytes) {
    space.forEachTenant(
        extent -> {
          if (extent.offset() + extent.length() > newLengthBytes && !extent.isFreed()) {
            throw new IllegalStateException(
                extent.describe() + " lives beyond the new length " + newLengthBytes);
          }
        });
  }
}
