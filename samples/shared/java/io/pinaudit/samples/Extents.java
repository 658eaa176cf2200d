package io.pinaudit.samples;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The 4 KB blocks of its device that a file has, as FIEMAP reports them; none if the file system
 * has no device or does not support FIEMAP.
 *
 * <p>See linux/fiemap.h and Documentation/filesystems/fiemap.rst of the kernel.
 */
public record Extents(List<Extent> extents) {
  private static final long FS_IOC_FIEMAP =
      0xC020660BL; // linux/fs.h: _IOWR('f', 11, struct fiemap)
  private static final int FIEMAP_FLAG_SYNC = 1;
  private static final int HEADER_BYTES = 32; // start, length, flags, mapped, count, reserved
  private static final int EXTENT_BYTES =
      56; // logical, physical, length, 2 reserved, flags, 3 reserved
  private static final int BATCH = 256;
  private static final int BLOCK_BYTES = 4096;

  /** A run of blocks; its end is exclusive. */
  public record Extent(long startBlock, long endBlock) {
    public long overlapWith(Extent other) {
      return Math.max(
          0, Math.min(endBlock, other.endBlock) - Math.max(startBlock, other.startBlock));
    }

    @Override
    public String toString() {
      return startBlock + "-" + (endBlock - 1);
    }
  }

  public static Extents of(Path file) throws IOException {
    int fd = LibC.openForReading(file.toString());
    try (Arena arena = Arena.ofConfined()) {
      return new Extents(
          read(fd, arena.allocate(HEADER_BYTES + (long) BATCH * EXTENT_BYTES, Long.BYTES)));
    } finally {
      LibC.close(fd);
    }
  }

  private static List<Extent> read(int fd, MemorySegment fiemap) {
    List<Extent> extents = new ArrayList<>();
    long position = 0;
    int count = BATCH;
    while (count == BATCH) {
      fiemap.fill((byte) 0);
      fiemap.set(JAVA_LONG, 0, position);
      fiemap.set(JAVA_LONG, 8, Long.MAX_VALUE - position);
      fiemap.set(JAVA_INT, 16, FIEMAP_FLAG_SYNC);
      fiemap.set(JAVA_INT, 24, BATCH);
      count = LibC.ioctl(fd, FS_IOC_FIEMAP, fiemap) ? fiemap.get(JAVA_INT, 20) : 0;
      for (int i = 0; i < count; i++) {
        MemorySegment extent = fiemap.asSlice(HEADER_BYTES + (long) i * EXTENT_BYTES, EXTENT_BYTES);
        long physical = extent.get(JAVA_LONG, 8);
        long length = extent.get(JAVA_LONG, 16);
        extents.add(new Extent(physical / BLOCK_BYTES, (physical + length) / BLOCK_BYTES));
        position = extent.get(JAVA_LONG, 0) + length;
      }
    }
    return extents;
  }

  /** Returns the blocks of some pages of a file without holes. */
  public Extents slice(long firstPage, long pages) {
    List<Extent> slice = new ArrayList<>();
    long page = 0;
    for (Extent extent : extents) {
      long from = Math.max(firstPage, page) - page + extent.startBlock;
      long to = Math.min(extent.endBlock, firstPage + pages - page + extent.startBlock);
      if (from < to) {
        slice.add(new Extent(from, to));
      }
      page += extent.endBlock - extent.startBlock;
    }
    return new Extents(slice);
  }

  public long blocks() {
    return extents.stream().mapToLong(extent -> extent.endBlock - extent.startBlock).sum();
  }

  long lengthBytes() {
    return blocks() * BLOCK_BYTES;
  }

  /** Returns how many blocks both have. */
  public long overlapWith(Extents other) {
    return extents.stream()
        .mapToLong(mine -> other.extents.stream().mapToLong(mine::overlapWith).sum())
        .sum();
  }

  @Override
  public String toString() {
    return extents.isEmpty()
        ? "unknown"
        : extents.stream().map(Extent::toString).collect(Collectors.joining(", "));
  }
}
