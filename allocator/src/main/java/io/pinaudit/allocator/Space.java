package io.pinaudit.allocator;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The storage of a pool: which of it is free, how the file grows, and where what was freed goes.
 * Guarded by the pool's lock, but for {@link #giveBlocks} and {@link #blocks}.
 */
final class Space {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final PoolFile file;
  private final PoolOptions options;
  private final FreeMap<Extent> map = new FreeMap<>();
  private final BlockReturn blocks;
  private final Shards shards;

  Space(PoolParts parts, BlockReturn.Owner blocksOwner, Shards.Maker maker) throws IOException {
    this.file = parts.file();
    this.options = parts.options();
    this.blocks = new BlockReturn(blocksOwner, parts, map);
    this.shards = new Shards(file, map, !options.releasesBlocks(), maker);
  }

  /**
   * Takes over what the file says.
   *
   * @param adopt is told of each extent and its region
   * @return the region of the log
   */
  Region<Extent> load(PoolImage image, BiConsumer<Region<Extent>, Durable> adopt)
      throws IOException {
    if (file.length() > image.lengthBytes()) {
      LOGGER.log(
          Level.WARNING,
          "{0} is cut from {1} to {2} bytes: the rest is of a shrink or growth that was cut short,"
              + " or was appended by somebody else",
          file,
          Long.toString(file.length()),
          Long.toString(image.lengthBytes()));
      file.truncate(image.lengthBytes());
    }
    file.map(image.lengthBytes());
    map.extendUsed(Superblock.HEADER_BYTES);
    Superblock superblock = image.superblock();
    Durable log = new Durable(0, superblock.logOffset(), superblock.logLength(), "");
    List<Durable> used = new ArrayList<>(image.extents().values());
    used.add(log);
    used.sort(Comparator.comparingLong(Durable::offset));
    Region<Extent> logRegion = null;
    for (Durable one : used) {
      if (one.offset() > map.limit()) {
        map.extend(one.offset());
      }
      Region<Extent> region = map.extendUsed(one.end());
      if (one.equals(log)) {
        logRegion = region;
      } else {
        adopt.accept(region, one);
      }
    }
    if (image.lengthBytes() > map.limit()) {
      map.extend(image.lengthBytes());
    }
    return logRegion;
  }

  /**
   * Punches all that is free, if the pool is to: a crash may have kept it from that. If not, the
   * file has all its blocks.
   */
  void releaseFreeBlocks() throws IOException {
    if (!options.releasesBlocks()) {
      file.fillHoles(map.limit());
    } else {
      List<Region<Extent>> free = new ArrayList<>();
      map.forEachFree(free::add);
      for (Region<Extent> region : free) {
        file.punch(region);
      }
    }
  }

  /** Null if there is no room. */
  Region<Extent> allocate(long lengthBytes, long alignmentBytes) {
    Region<Extent> region = map.allocate(lengthBytes, alignmentBytes);
    return region == null ? allocateFromAll(lengthBytes, alignmentBytes) : region;
  }

  private Region<Extent> allocateFromAll(long lengthBytes, long alignmentBytes) {
    shards.stop();
    try {
      return map.allocate(lengthBytes, alignmentBytes);
    } finally {
      shards.start();
    }
  }

  /** As {@link #allocate}, also from what was to be punched first. */
  Region<Extent> allocateUnpunched(long lengthBytes, long alignmentBytes) {
    blocks.takeBack();
    return allocateFromAll(lengthBytes, alignmentBytes);
  }

  /** Null if there is no room below the bound. */
  Region<Extent> allocateBelow(long boundBytes, long lengthBytes) {
    blocks.takeBack();
    shards.stop();
    try {
      return map.allocateBelow(boundBytes, lengthBytes);
    } finally {
      shards.start();
    }
  }

  /**
   * Makes the file longer by at least so much, twofold if it may and the file system has room; what
   * is new is given out only after {@link #extend}. Its new length; none if it may not be longer.
   */
  OptionalLong lengthen(long needBytes) throws IOException {
    shards.stop();
    try {
      return lengthenStopped(needBytes);
    } finally {
      shards.start();
    }
  }

  private OptionalLong lengthenStopped(long needBytes) throws IOException {
    long now = map.limit();
    long least = now + needBytes - map.freeAtEnd();
    long most = options.mostLengthBytes() / FreeMap.BLOCK_BYTES * FreeMap.BLOCK_BYTES;
    if (blocks.isCutting() || least > most) {
      return OptionalLong.empty();
    }
    long twofold = Math.min(most, Math.max(2 * now, least));
    long length = file.hasRoomFor(twofold) ? twofold : least;
    file.extend(length);
    file.map(length);
    return OptionalLong.of(length);
  }

  /** Blocks of its own for what may be a hole: a write into the log is not to find none. */
  Region<Extent> forLog(Region<Extent> region) throws IOException {
    if (region != null) {
      try {
        file.allocate(region);
      } catch (IOException e) {
        map.free(region);
        throw e;
      }
    }
    return region;
  }

  void extend(long lengthBytes) {
    shards.stop();
    map.extend(lengthBytes);
    shards.start();
  }

  /** Gives out nothing from the new length on any more; the shards are stopped. */
  void cut(long lengthBytes) {
    map.cut(lengthBytes);
  }

  Shards shards() {
    return shards;
  }

  /** Without the lock: blocks of its own for an extent, if the pool has given them back. */
  void giveBlocks(Extent extent) throws IOException {
    if (options.releasesBlocks()) {
      try {
        file.allocate(extent.region);
      } catch (IOException e) {
        extent.free();
        throw e;
      }
    }
  }

  /** It was an extent's; it is free, or is punched before. */
  void giveBack(Region<Extent> region) {
    if (options.releasesBlocks()) {
      blocks.punchLater(region);
    } else {
      map.free(region);
    }
  }

  /** It was the log's, or nobody's. */
  void free(Region<Extent> region) {
    map.free(region);
  }

  /** Safe for any thread where it says so. */
  BlockReturn blocks() {
    return blocks;
  }

  /** What may be given out, and so the length of the file, not counting what has yet to be cut. */
  long limit() {
    return map.limit();
  }

  Fragmentation fragmentation() {
    shards.stop();
    try {
      return map.fragmentation();
    } finally {
      shards.start();
    }
  }

  /** The extents that live or are pinned, from the end of the file to its beginning. */
  void forEachExtent(Consumer<Extent> action) {
    shards.look();
    map.forEachUsed(
        region -> {
          Extent extent = region.tenant;
          if (extent != null) {
            action.accept(extent);
          }
        });
  }

  /** Why there is no room. */
  String fullMessage(long lengthBytes, long alignmentBytes) {
    Fragmentation free = fragmentation();
    return "no free run of %d bytes aligned to %d in %s: %d bytes are free in %d runs, the largest of %d"
        .formatted(
            lengthBytes,
            alignmentBytes,
            file,
            free.freeBytes(),
            free.freeRuns(),
            free.largestRunBytes());
  }
}
