package io.pinaudit.allocator.storage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The beginning of a pool's file, which says where its log is. Blocks 0 and 1 hold one each, equal
 * but for the moment between their writes; all numbers are little-endian.
 *
 * <pre>
 *  0 magic "PINPOOL\0"   8 version 2 (int)   12 block size (int)   16 pool id (16 bytes)
 * 32 generation         40 length of the file as far as it is the pool's
 * 48 log offset         56 log length       64 bytes of the log that are durable for certain
 * 72 next extent id     80 CRC-32C of the 80 bytes before (int)
 * </pre>
 *
 * A new generation is a new log, which begins with all extents of the old. Its number is higher by
 * a random step: what a crash left of a log that no block ever named has another number. While the
 * two blocks are written, changes go to both logs, so that whichever block is read after a crash
 * names a log that is right.
 */
public record Superblock(
    UUID id,
    long generation,
    long lengthBytes,
    long logOffset,
    long logLength,
    long logDurable,
    long nextExtentId) {
  static final int SLOTS = 2;
  static final long HEADER_BYTES = SLOTS * FreeMap.BLOCK_BYTES;
  private static final long MAGIC =
      ByteBuffer.wrap("PINPOOL\0".getBytes(StandardCharsets.US_ASCII))
          .order(ByteOrder.LITTLE_ENDIAN)
          .getLong();

  /** Version 2 added records that belong together. */
  private static final int VERSION = 2;

  private static final int OLDEST_VERSION = 1;
  private static final int CRC_AT = 80;
  private static final int BYTES = CRC_AT + 4;

  /** Writes both slots one after the other, and makes each durable before the next. */
  public void write(Medium medium) {
    MemorySegment bytes = MemorySegment.ofBuffer(encode());
    for (int slot = 0; slot < SLOTS; slot++) {
      medium.write(slot * FreeMap.BLOCK_BYTES, bytes);
      medium.force(slot * FreeMap.BLOCK_BYTES, BYTES);
    }
  }

  /** Returns whether both slots hold this superblock, in the present format. */
  boolean isIn(ByteBuffer header) {
    ByteBuffer bytes = encode();
    for (int slot = 0; slot < SLOTS; slot++) {
      if (!header.slice((int) (slot * FreeMap.BLOCK_BYTES), BYTES).equals(bytes)) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt((int) FreeMap.BLOCK_BYTES);
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    out.putLong(generation).putLong(lengthBytes);
    out.putLong(logOffset).putLong(logLength).putLong(logDurable).putLong(nextExtentId);
    out.putInt(crc(out));
    return out.flip();
  }

  private static int crc(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().clear().limit(CRC_AT));
    return (int) crc.getValue();
  }

  /**
   * Returns the newer of the valid superblocks.
   *
   * @param header the first {@link #HEADER_BYTES} of the file, or fewer if it is shorter
   */
  public static Superblock read(ByteBuffer header, String file) throws IOException {
    Optional<Superblock> first = slot(header, 0, file);
    Optional<Superblock> second = slot(header, 1, file);
    if (first.isEmpty() && second.isEmpty()) {
      throw new DamagedFileException(
          file + ": neither copy of the superblock has the right checksum: the file is damaged");
    }
    if (first.isEmpty() || second.isEmpty()) {
      requireKnownFormats(header, file);
      return first.or(() -> second).orElseThrow();
    }
    if (!first.get().id.equals(second.get().id)) {
      throw new DamagedFileException(file + ": its two superblocks are of different pools");
    }
    return first.get().generation >= second.get().generation ? first.get() : second.get();
  }

  /**
   * Throws for a format version that is not known: its checksum may be elsewhere. If one of two
   * superblocks is not valid otherwise it may be torn or damaged, and the other one is as good.
   */
  private static void requireKnownFormats(ByteBuffer header, String file) throws IOException {
    for (int slot = 0; slot < SLOTS; slot++) {
      int at = (int) (slot * FreeMap.BLOCK_BYTES);
      requireKnown(header.slice(at, BYTES).order(ByteOrder.LITTLE_ENDIAN), file);
    }
  }

  private static Optional<Superblock> slot(ByteBuffer header, int slot, String file)
      throws IOException {
    int at = (int) (slot * FreeMap.BLOCK_BYTES);
    if (header.limit() < HEADER_BYTES) {
      throw foreign(file, "it has " + header.limit() + " bytes");
    }
    ByteBuffer block = header.slice(at, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long magic = block.getLong(0);
    long other =
        header
            .slice((int) ((1 - slot) * FreeMap.BLOCK_BYTES), BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong(0);
    if (magic != MAGIC && other != MAGIC) {
      throw foreign(file, "it does not begin with PINPOOL");
    }
    if (magic != MAGIC || block.getInt(CRC_AT) != crc(block)) {
      return Optional.empty();
    }
    requireKnown(block, file);
    return Optional.of(decode(block));
  }

  private static void requireKnown(ByteBuffer block, String file) throws IOException {
    int version = block.getInt(8);
    boolean known = version >= OLDEST_VERSION && version <= VERSION;
    if (!known || block.getInt(12) != FreeMap.BLOCK_BYTES) {
      throw new DamagedFileException(
          "%s: format version %d with blocks of %d bytes, expected version %d or older with %d"
              .formatted(file, version, block.getInt(12), VERSION, FreeMap.BLOCK_BYTES));
    }
  }

  private static Superblock decode(ByteBuffer block) {
    return new Superblock(
        new UUID(block.getLong(16), block.getLong(24)),
        block.getLong(32),
        block.getLong(40),
        block.getLong(48),
        block.getLong(56),
        block.getLong(64),
        block.getLong(72));
  }

  private static DamagedFileException foreign(String file, String why) {
    return new DamagedFileException(file + ": not an extent pool: " + why);
  }
}
