package io.pinaudit.allocator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a pool's file says: the extents that are committed, as its superblock and log have them.
 * Only reads.
 *
 * <p>The log ends at the first record that is not whole. That is no damage if nobody was ever told
 * that something there, or behind it, is durable: superblock and records say how far the log was
 * durable when they were written.
 *
 * @param extents by offset
 */
record PoolImage(
    Superblock superblock,
    long lengthBytes,
    long nextExtentId,
    NavigableMap<Long, Durable> extents) {
  /** A file, or what a test says would be left of one. */
  interface Source {
    long length() throws IOException;

    ByteBuffer read(long offset, long length) throws IOException;
  }

  static PoolImage read(Source source, String file) throws IOException {
    long fileBytes = source.length();
    Superblock superblock =
        Superblock.read(source.read(0, Math.min(fileBytes, Superblock.HEADER_BYTES)), file);
    requireInside(superblock, fileBytes, file);
    ByteBuffer log =
        source.read(superblock.logOffset(), superblock.logLength()).order(ByteOrder.LITTLE_ENDIAN);
    Replay replay = new Replay(superblock, log, file);
    replay.run();
    if (replay.lengthBytes > fileBytes) {
      throw new CorruptPoolException(
          "%s: the file has %d bytes, expected at least %d: it was truncated by somebody else"
              .formatted(file, fileBytes, replay.lengthBytes));
    }
    return new PoolImage(superblock, replay.lengthBytes, replay.nextId, replay.extents);
  }

  private static void requireInside(Superblock block, long fileBytes, String file)
      throws IOException {
    boolean inside =
        block.logOffset() >= Superblock.HEADER_BYTES
            && block.logLength() > 0
            && block.logLength() <= Integer.MAX_VALUE
            && block.logOffset() <= fileBytes - block.logLength()
            && block.logOffset() % FreeMap.BLOCK_BYTES == 0
            && block.logLength() % FreeMap.BLOCK_BYTES == 0
            && block.logDurable() >= 0
            && block.logDurable() <= block.logLength();
    if (!inside) {
      throw new CorruptPoolException(
          "%s: the log, bytes %d+%d, is not inside the file's %d bytes"
              .formatted(file, block.logOffset(), block.logLength(), fileBytes));
    }
  }

  private static final class Replay {
    private final Superblock superblock;
    private final ByteBuffer log;
    private final String file;
    private final NavigableMap<Long, Durable> extents = new TreeMap<>();
    private long lengthBytes;
    private long nextId;

    Replay(Superblock superblock, ByteBuffer log, String file) {
      this.superblock = superblock;
      this.log = log;
      this.file = file;
      this.lengthBytes = superblock.lengthBytes();
      this.nextId = superblock.nextExtentId();
    }

    void run() throws IOException {
      List<LogRecord> together = new ArrayList<>();
      int begin = 0;
      int position = 0;
      while (true) {
        Optional<LogRecord> record = at(position);
        if (record.isEmpty()) {
          requireNothingDurableFrom(begin);
          requireAllBelowLength(begin);
          return;
        }
        together.add(record.get());
        position += record.get().sizeBytes();
        if (!record.get().more()) {
          for (LogRecord one : together) {
            apply(one, begin);
          }
          together.clear();
          begin = position;
        }
      }
    }

    private Optional<LogRecord> at(int position) {
      return LogRecord.decode(log, superblock.generation(), position);
    }

    private void requireNothingDurableFrom(int end) throws IOException {
      if (end < superblock.logDurable()) {
        throw damaged(end, "was durable up to byte " + superblock.logDurable());
      }
      for (int at = end + 8; at <= log.limit() - LogRecord.FIXED_BYTES; at += 8) {
        Optional<LogRecord> later = at(at);
        if (later.isPresent() && later.get().durable() > end) {
          throw damaged(end, "was durable up to byte " + later.get().durable());
        }
      }
    }

    /**
     * Or to cut the file to its length would cut them off. Only in the end: what was freed before a
     * shrink may have been anywhere, and the superblock of a pool that was closed says the last
     * length.
     */
    private void requireAllBelowLength(int position) throws IOException {
      long end = superblock.logOffset() + superblock.logLength();
      if (!extents.isEmpty()) {
        end = Math.max(end, extents.lastEntry().getValue().end());
      }
      if (end > lengthBytes) {
        throw damaged(position, "has something up to byte " + end + " of " + lengthBytes);
      }
    }

    private void apply(LogRecord record, int position) throws IOException {
      switch (record.kind()) {
        case COMMIT -> commit(record, position);
        case FREE -> {
          Durable freed = extents.remove(record.offset());
          if (freed == null || freed.id() != record.id()) {
            throw damaged(position, "frees extent " + record.id() + ", which there is not");
          }
        }
        case LENGTH -> lengthBytes = record.length();
      }
    }

    private void commit(LogRecord record, int position) throws IOException {
      Durable extent = new Durable(record.id(), record.offset(), record.length(), record.name());
      Durable same = extents.get(extent.offset());
      boolean renamed =
          same != null && same.id() == extent.id() && same.length() == extent.length();
      if (!renamed) {
        requireFree(extent, position);
      }
      extents.put(extent.offset(), extent);
      nextId = Math.max(nextId, extent.id() + 1);
    }

    private void requireFree(Durable extent, int position) throws IOException {
      if (extent.offset() < Superblock.HEADER_BYTES
          || extent.length() <= 0
          || extent.offset() > Long.MAX_VALUE - extent.length()
          || (extent.offset() | extent.length()) % FreeMap.BLOCK_BYTES != 0) {
        throw damaged(position, "has extent %d+%d".formatted(extent.offset(), extent.length()));
      }
      Map.Entry<Long, Durable> below = extents.lowerEntry(extent.end());
      boolean meetsExtent = below != null && below.getValue().end() > extent.offset();
      boolean meetsLog =
          extent.offset() < superblock.logOffset() + superblock.logLength()
              && superblock.logOffset() < extent.end();
      if (meetsExtent || meetsLog) {
        throw damaged(
            position,
            "has extent %d+%d where something else is".formatted(extent.offset(), extent.length()));
      }
    }

    private CorruptPoolException damaged(int position, String what) {
      return new CorruptPoolException(
          "%s: the extent map is damaged at byte %d: its log, generation %d, %s"
              .formatted(file, superblock.logOffset() + position, superblock.generation(), what));
    }
  }
}
