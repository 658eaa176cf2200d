package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.PinGate;
import io.pinaudit.allocator.storage.BlockReturn;
import io.pinaudit.allocator.storage.Mapping;
import io.pinaudit.allocator.storage.PoolImage;
import io.pinaudit.allocator.storage.Region;
import io.pinaudit.allocator.storage.Shards;
import io.pinaudit.allocator.storage.Space;
import java.io.IOException;

/**
 * The inside of an {@link ExtentPool}: its parts, put together, and the operations that need
 * several of them.
 */
final class PoolWorks implements BlockReturn.Owner {
  final PoolParts parts;
  final Space<Extent> space;
  final ExtentMap map;
  final FreedExtents freed;
  final PoolLife life;

  /** Null if the file system does not wait for pins. */
  private final PinGate gate;

  PoolWorks(PoolParts parts, PoolImage image, Shards.Maker<Extent> maker) throws IOException {
    PoolOptions options = parts.options();
    this.parts = parts;
    this.gate = options.waitsForPins(parts.file().isDax()) ? parts.holders().gate() : null;
    this.space = new Space<>(parts.file(), options.spaceRules(parts.file().path()), this, maker);
    this.map = new ExtentMap(parts, image, space);
    this.freed = new FreedExtents(parts, space, map);
    this.life = new PoolLife(parts, space, map);
  }

  /** Takes over what the file says. */
  void load(PoolImage image) throws IOException {
    Shards<Extent> shards = space.shards();
    Region<Extent> log =
        space.load(image, (region, durable) -> map.adopt(shards.make(region), durable));
    map.begin(image, log);
    space.releaseFreeBlocks();
  }

  @Override
  public Object lock() {
    return parts.lock();
  }

  @Override
  public PinGate gate() {
    return gate;
  }

  @Override
  public boolean prepareCut() throws IOException {
    long sequence;
    synchronized (lock()) {
      if (!mayCut()) {
        return false;
      }
      sequence = map.sequence();
    }
    map.flush(sequence);
    return true;
  }

  @Override
  public boolean mayCut() {
    return map.isUsable() && freed.from(space.blocks().cutTo()).findAny().isEmpty();
  }

  @Override
  public void afterSettle() {
    try {
      space.blocks().attempt();
    } finally {
      life.finish();
    }
  }

  @Override
  public void finish() {
    life.finish();
  }

  /**
   * Under the lock: registers the mapping with a ring; it stays mapped for as long as the kernel
   * has its pages.
   */
  RingBuffers registerBuffers(int ringFd) throws IOException {
    if (!parts.options().keepsExtentsMapped()) {
      throw new IllegalStateException(this + " does not leave its extents where they are mapped");
    }
    Mapping mapping = parts.file().current();
    RingBuffers buffers =
        RingBuffers.register(ringFd, mapping.memory, closed -> release(closed, mapping));
    mapping.users++;
    life.addUser(buffers, buffers::close);
    return buffers;
  }

  private void release(RingBuffers closed, Mapping mapping) {
    synchronized (lock()) {
      life.removeUser(closed);
      parts.file().release(mapping);
    }
  }

  /** Without the lock: makes everything durable that was committed or freed before. */
  void sync() throws IOException {
    long sequence;
    synchronized (lock()) {
      life.requireOpen();
      sequence = map.sequence();
    }
    map.flush(sequence);
    afterSettle();
  }

  @Override
  public String toString() {
    return parts.file().toString();
  }
}
