package io.pinaudit.allocator.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The storage of a pool: what of it is free, how the file grows, and where freed storage goes. The
 * pool's lock guards it, except for {@link #giveBlocks} and {@link #blocks}.
 *
 * @param <T> who has regions
 */
public final class Space<T> {
  /**
   * The choices of a pool's owner about its storage.
   *
   * @param releasesBlocks whether freed blocks go back to the file system
   * @param mostLengthBytes how long the file may get by growing; 0 if it does not grow
   * @param beforeCut is called before a file that is longer than its pool is cut
   */
  public record Rules(boolean releasesBlocks, long mostLengthBytes, BeforeCut beforeCut) {}

  /** Called before a cut; an exception that it throws prevents the cut. */
  public interface BeforeCut {
    void cut(long fromBytes, long toBytes);
  }

  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final PoolFile file;
  private final Rules rules;
  private final FreeMap<T> map = new FreeMap<>();
  private final BlockReturn<T> blocks;
  private final Shards<T> shards;

  public Space(PoolFile file, Rules rules, BlockReturn.Owner blocksOwner, Shards.Maker<T> maker) {
    this.file = file;
    this.rules = rules;
    this.blocks = new BlockReturn<>(file, map, blocksOwner);
    this.shards = new Shards<>(file, map, !rules.releasesBlocks(), maker);
  }

  /**
   * Takes over what the file says.
   *
   * @param adopt is told of each committed extent and its region
   * @return the region of the log
   */
  public Region<T> load(PoolImage image, BiConsumer<Region<T>, Durable> adopt) throws IOException {
    if (file.length() > image.lengthBytes()) {
      rules.beforeCut().cut(file.length(), image.lengthBytes());
      file.truncate(image.lengthBytes());
    }
    file.map(image.lengthBytes());
    map.extendUsed(Superblock.HEADER_BYTES);
    Superblock superblock = image.superblock();
    Durable log = new Durable(0, superblock.logOffset(), superblock.logLength(), "");
    List<Durable> used = new ArrayList<>(image.extents());
    used.add(log);
    used.sort(Comparator.comparingLong(Durable::offset));
    Region<T> logRegion = null;
    for (Durable one : used) {
      if (one.offset() > map.limit()) {
        map.extend(one.offset());
      }
      Region<T> region = map.extendUsed(one.end());
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
  public void releaseFreeBlocks() {
    if (!rules.releasesBlocks()) {
      file.fillHoles(map.limit());
    } else {
      List<Region<T>> free = new ArrayList<>();
      map.forEachFree(free::add);
      free.forEach(blocks::punch);
    }
  }

  /** Returns a region that is in use from here on; null if there is no room. */
  public Region<T> allocate(long lengthBytes, long alignmentBytes) {
    Region<T> region = map.allocate(lengthBytes, alignmentBytes);
    return region == null ? allocateFromAll(lengthBytes, alignmentBytes) : region;
  }

  private Region<T> allocateFromAll(long lengthBytes, long alignmentBytes) {
    shards.stop();
    try {
      return map.allocate(lengthBytes, alignmentBytes);
    } finally {
      shards.start();
    }
  }

  /** Does what {@link #allocate} does, and also uses regions that were to be punched first. */
  public Region<T> allocateUnpunched(long lengthBytes, long alignmentBytes) {
    blocks.takeBack();
    return allocateFromAll(lengthBytes, alignmentBytes);
  }

  /** Returns a region below a bound; null if there is no room below it. */
  public Region<T> allocateBelow(long boundBytes, long lengthBytes) {
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
  public OptionalLong lengthen(long needBytes) throws IOException {
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
    long most = rules.mostLengthBytes() / FreeMap.BLOCK_BYTES * FreeMap.BLOCK_BYTES;
    if (blocks.isCutting() || least > most) {
      return OptionalLong.empty();
    }
    long twofold = Math.min(most, Math.max(2 * now, least));
    return OptionalLong.of(grow(now, twofold, least));
  }

  /** Grows twofold if that is possible; returns the new length. */
  private long grow(long now, long twofold, long least) throws IOException {
    if (twofold > least && file.hasRoomFor(twofold)) {
      try {
        file.grow(now, twofold);
        return twofold;
      } catch (IOException e) {
        LOGGER.log(Level.DEBUG, "the pool grows as far as it has to", e);
      }
    }
    file.grow(now, least);
    return least;
  }

  /** Blocks of its own for what may be a hole: a write into the log is not to find none. */
  public Region<T> forLog(Region<T> region) throws IOException {
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

  public void extend(long lengthBytes) {
    shards.stop();
    map.extend(lengthBytes);
    shards.start();
  }

  /** Gives out nothing from the new length on any more; the shards are stopped. */
  public void cut(long lengthBytes) {
    map.cut(lengthBytes);
  }

  public Shards<T> shards() {
    return shards;
  }

  /** Without the lock: gives a region blocks of its own, if the pool has given them back. */
  public void giveBlocks(Region<T> region) throws IOException {
    if (rules.releasesBlocks()) {
      file.allocate(region);
    }
  }

  /** Makes the region of a tenant that has gone free; punches it first if blocks are released. */
  public void giveBack(Region<T> region) {
    if (rules.releasesBlocks()) {
      blocks.punchLater(region);
    } else {
      map.free(region);
    }
  }

  /** Frees a region that was the log's, or nobody's. */
  public void free(Region<T> region) {
    map.free(region);
  }

  /** Returns the part that gives blocks back; its methods say which threads may call them. */
  public BlockReturn<T> blocks() {
    return blocks;
  }

  /**
   * Returns the end of the storage that may be given out: the length of the file, without what has
   * yet to be cut.
   */
  public long limit() {
    return map.limit();
  }

  /** Returns what is free; empties the shards. */
  public FreeRuns freeRuns() {
    shards.stop();
    try {
      return map.runs();
    } finally {
      shards.start();
    }
  }

  /** Visits the owners of regions, from the end of the file to its beginning. */
  public void forEachTenant(Consumer<T> action) {
    shards.look();
    map.forEachUsed(
        region -> {
          T tenant = region.tenant;
          if (tenant != null) {
            action.accept(tenant);
          }
        });
  }

  /** Returns the message that says why there is no room. */
  public String fullMessage(long lengthBytes, long alignmentBytes) {
    FreeRuns free = freeRuns();
    return "no free run of %d bytes aligned to %d in %s: %d bytes are free in %d runs, the largest of %d"
        .formatted(
            lengthBytes, alignmentBytes, file, free.bytes(), free.runs(), free.largestBytes());
  }
}
