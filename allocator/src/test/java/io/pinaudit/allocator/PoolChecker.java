package io.pinaudit.allocator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Reads a pool's file by the format's description alone, sharing no code with the pool: which
 * extents are committed, that none overlap, and that each is full of the stamp that its name begins
 * with.
 */
final class PoolChecker {
  record Found(long length, long stamp) {}

  private final ByteBuffer file;

  private PoolChecker(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Stamp and length of the committed extents, by offset. */
  static Map<Long, Found> check(Path pool) throws IOException {
    PoolChecker checker = new PoolChecker(Files.readAllBytes(pool));
    NavigableMap<Long, Found> extents = checker.replay();
    checker.checkOverlaps(extents);
    extents.forEach(checker::checkContent);
    return extents;
  }

  private int superblock() {
    int best = -1;
    for (int at : new int[] {0, 4096}) {
      CRC32C crc = new CRC32C();
      crc.update(file.slice(at, 80));
      boolean valid = (int) crc.getValue() == file.getInt(at + 80);
      if (valid && (best < 0 || file.getLong(at + 32) > file.getLong(best + 32))) {
        best = at;
      }
    }
    require(best >= 0, "no valid superblock");
    return best;
  }

  private NavigableMap<Long, Found> replay() {
    int block = superblock();
    long generation = file.getLong(block + 32);
    int log = (int) file.getLong(block + 48);
    int logLength = (int) file.getLong(block + 56);
    long sure = file.getLong(block + 64);
    NavigableMap<Long, Found> extents = new TreeMap<>();
    long fileLength = file.getLong(block + 40);
    int at = 0;
    // Records that are marked belong together with the next: all of them count, or none.
    int whole = at;
    for (int look = 0; look + 40 <= logLength && isValid(generation, log, look); ) {
      boolean more = file.get(log + look + 6) < 0;
      look += file.getShort(log + look + 4);
      whole = more ? whole : look;
    }
    while (at < whole) {
      long offset = file.getLong(log + at + 24);
      long length = file.getLong(log + at + 32);
      byte[] name = new byte[file.get(log + at + 7) & 0xff];
      file.get(log + at + 40, name);
      switch ((char) (file.get(log + at + 6) & 0x7f)) {
        case 'C' -> extents.put(offset, new Found(length, stamp(name)));
        case 'F' -> require(extents.remove(offset) != null, "free of nothing at " + offset);
        case 'L' -> fileLength = length;
        default -> throw new AssertionError("unknown record at " + at);
      }
      at += file.getShort(log + at + 4);
    }
    require(at >= sure, "log ends at " + at + " of " + sure);
    require(fileLength <= file.limit(), "length " + fileLength + " beyond the file");
    extents.put((long) log, new Found(logLength, 0));
    return extents;
  }

  private boolean isValid(long generation, int log, int at) {
    int size = file.getShort(log + at + 4);
    if (size < 40 || size > 296) {
      return false;
    }
    CRC32C crc = new CRC32C();
    ByteBuffer place = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    crc.update(place.putLong(generation).putLong(at).flip());
    crc.update(file.slice(log + at + 4, size - 4));
    return (int) crc.getValue() == file.getInt(log + at);
  }

  private static long stamp(byte[] name) {
    String text = new String(name, StandardCharsets.US_ASCII);
    int dash = text.indexOf('-');
    return Long.parseUnsignedLong(dash < 0 ? text : text.substring(0, dash), 16);
  }

  private void checkOverlaps(NavigableMap<Long, Found> extents) {
    long end = 8192;
    for (Map.Entry<Long, Found> extent : extents.entrySet()) {
      require(extent.getKey() >= end, "two extents have byte " + extent.getKey());
      end = extent.getKey() + extent.getValue().length();
    }
    require(end <= file.limit(), "an extent ends at " + end + " beyond the file");
    extents.values().removeIf(found -> found.stamp() == 0);
  }

  private void checkContent(long offset, Found found) {
    for (long at = offset; at < offset + found.length(); at += 8) {
      long word = file.getLong((int) at);
      require(
          word == found.stamp(),
          "extent %x at %d has %x at byte %d".formatted(found.stamp(), offset, word, at - offset));
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
