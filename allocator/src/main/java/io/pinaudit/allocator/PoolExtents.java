package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.storage.LogRecord;
import io.pinaudit.allocator.storage.PoolFile;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Pins, commits and frees the extents of a pool, one or several at once. */
final class PoolExtents implements Extent.Owner, Changes.Owner {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final PoolWorks works;
  private final PoolFile file;
  private final PoolOptions options;
  private final Holders holders;
  private final Object lock;
  private final Space<Extent> space;
  private final ExtentMap map;
  private final FreedExtents freed;

  PoolExtents(PoolWorks works) {
    this.works = works;
    this.file = works.parts.file();
    this.options = works.parts.options();
    this.holders = works.parts.holders();
    this.lock = works.lock();
    this.space = works.space;
    this.map = works.map;
    this.freed = works.freed;
  }

  Extent make(Region<Extent> region, long key) {
    return new Extent(this, region, file.current(), key);
  }

  @Override
  public Object lock() {
    return lock;
  }

  @Override
  public Holders holders() {
    return holders;
  }

  @Override
  public MemorySegment view(Extent extent) {
    return options.checks()
        ? mapAlone(extent)
        : extent.region.memoryIn(extent.mapping(), extent.offset(), extent.length());
  }

  /** Returns a mapping of the extent alone, which ends with the extent. */
  private MemorySegment mapAlone(Extent extent) {
    synchronized (lock) {
      works.life.requireOpen();
      if (extent.isFreed()) {
        throw new IllegalStateException(extent.describe() + " is freed");
      }
      try {
        return file.map(extent.offset(), extent.length(), extent.openView());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Pin pin(Extent extent, String name) {
    return holders.plain(extent, name);
  }

  @Override
  public Pin pin(Extent extent, PinOptions how) {
    return holders.pin(extent, how.policy().orElse(holders.policy()), how, extent.memory());
  }

  @Override
  public Optional<Pin> tryPin(Extent extent, String name) {
    return Optional.ofNullable(holders.plainUnlessRefused(extent, name));
  }

  @Override
  public void commit(Extent extent, String name) throws IOException {
    LogRecord.requireName(name);
    long sequence;
    synchronized (lock) {
      works.life.requireOpen();
      requireNotFreed(extent);
      sequence = map.commit(extent, name);
    }
    map.flush(sequence);
  }

  @Override
  public void free(Extent extent) {
    free(extent, options.patience());
  }

  @Override
  public void free(Extent extent, Duration patience) {
    if (!options.checks() && extent.durable() == null && extent.reclaimUnpinned()) {
      if (!space.shards().free(extent.region, extent.mapping())) {
        freeToMap(extent);
      }
      return;
    }
    synchronized (lock) {
      works.life.requireOpen();
      freed.free(extent, patience);
    }
    works.afterSettle();
  }

  /**
   * Frees an extent to the map that nobody pinned and no log names: it was reclaimed without the
   * lock.
   */
  private void freeToMap(Extent extent) {
    synchronized (lock) {
      freed.reclaimed(extent);
      if (works.life.isOpen()) {
        space.shards().spill(extent.length());
      }
    }
    works.afterSettle();
  }

  @Override
  public CompletionStage<Void> freeAsync(Extent extent) {
    CompletionStage<Void> stage;
    synchronized (lock) {
      works.life.requireOpen();
      stage = freed.freeAsync(extent, options.patience());
    }
    works.afterSettle();
    return stage;
  }

  /** Called by whoever closes the last pin, who can do nothing about a log that is broken. */
  @Override
  public void reclaimed(Extent extent) {
    try {
      freed.reclaimed(extent);
    } catch (UncheckedIOException e) {
      LOGGER.log(
          Level.ERROR, extent + " was freed, but will be there when the pool is reopened", e);
    }
  }

  @Override
  public void settled(Extent extent) {
    works.life.settled(extent);
  }

  @Override
  public void afterSettle() {
    works.afterSettle();
  }

  @Override
  public void apply(Changes changes) throws IOException {
    Set<Extent> held = Set.of();
    long sequence;
    try {
      synchronized (lock) {
        requireLive(changes);
        held = changes.frees();
        freed.hold(held);
        sequence = changeHeld(changes);
      }
    } finally {
      FreedExtents.letGo(held);
    }
    map.flush(sequence);
    works.afterSettle();
  }

  /** Applies changes to extents that are held; keeps the extents if that fails. */
  private long changeHeld(Changes changes) throws IOException {
    boolean done = false;
    try {
      // Looked at again: while this waited the pool may have been closed, or extents freed.
      works.life.requireOpen();
      changes.commits().keySet().forEach(PoolExtents::requireNotFreed);
      long sequence = map.change(changes.commits(), changes.frees());
      freed.freed(changes.frees());
      done = true;
      return sequence;
    } finally {
      if (!done) {
        freed.keep(changes.frees());
      }
    }
  }

  private void requireLive(Changes changes) {
    works.life.requireOpen();
    map.requireHealthy();
    Stream.concat(changes.commits().keySet().stream(), changes.frees().stream())
        .forEach(this::requireLive);
  }

  private void requireLive(Extent extent) {
    if (!extent.isOf(this)) {
      throw new IllegalArgumentException(extent.describe() + " is not of " + this);
    }
    requireNotFreed(extent);
    if (LeaseState.full(extent.word())) {
      throw new IllegalStateException(extent.describe() + " has too many pins");
    }
  }

  private static void requireNotFreed(Extent extent) {
    if (!extent.keepForLock()) {
      throw new IllegalStateException(extent.describe() + " is freed");
    }
  }

  @Override
  public String toString() {
    return works.toString();
  }
}
