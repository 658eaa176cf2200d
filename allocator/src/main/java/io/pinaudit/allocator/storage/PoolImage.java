package io.pinaudit.allocator.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The committed extents that a pool's file has, according to its superblock and its log. Only
 * reads.
 *
 * <p>The log ends at the first record that is not whole. This is damage only if somebody was told
 * that this record, or one behind it, is durable: superblock and records say how far the log was
 * durable when they were written.
 *
 * @param extents committed extents by offset
 * @param logEnd where the log ends
 * @param canGoOn whether records can be appended at that place: no whole record lies behind it,
 *     which could be taken for one of this log once the log has got there; and both superblocks
 *     name this log, in the present format
 */
public record PoolImage(
    Superblock superblock,
    long lengthBytes,
    long nextExtentId,
    List<Durable> extents,
    long logEnd,
    boolean canGoOn) {
  /** A file, or what a test leaves of one. */
  public interface Source {
    long length() throws IOException;

    ByteBuffer read(long offset, long length) throws IOException;
  }

  public static PoolImage read(Source source, String file) throws IOException {
    long fileBytes = source.length();
    ByteBuffer header = source.read(0, Math.min(fileBytes, Superblock.HEADER_BYTES));
    Superblock superblock = Superblock.read(header, file);
    requireInside(superblock, fileBytes, file);
    ByteBuffer log =
        source.read(superblock.logOffset(), superblock.logLength()).order(ByteOrder.LITTLE_ENDIAN);
    Replay replay = new Replay(superblock, log, file);
    replay.run();
    if (replay.lengthBytes > fileBytes) {
      throw new DamagedFileException(
          "%s: the file has %d bytes, expected at least %d: it was truncated by somebody else"
              .formatted(file, fileBytes, replay.lengthBytes));
    }
    return new PoolImage(
        superblock,
        replay.lengthBytes,
        replay.nextId,
        replay.byOffset(),
        replay.end,
        replay.endsWhole && superblock.isIn(header));
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
      throw new DamagedFileException(
          "%s: the log, bytes %d+%d, is not inside the file's %d bytes"
              .formatted(file, block.logOffset(), block.logLength(), fileBytes));
    }
  }

  private static final class Replay {
    private final Superblock superblock;
    private final ByteBuffer log;
    private final String file;

    private final BlockMap<Durable> extents = new BlockMap<>();

    /** The end of the log: behind the last group of records that is complete. */
    private int end;

    private boolean endsWhole;
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
      int position = 0;
      while (true) {
        LogRecord record = at(position);
        if (record == null) {
          endsWhole = together.isEmpty();
          requireNothingDurableBehind();
          requireApartAndBelowLength();
          return;
        }
        together.add(record);
        position += record.sizeBytes();
        if (!record.more()) {
          for (LogRecord one : together) {
            apply(one, end);
          }
          together.clear();
          end = position;
        }
      }
    }

    /** Returns the record at a position; null if there is none. */
    private LogRecord at(int position) {
      return LogRecord.decode(log, superblock.generation(), position).orElse(null);
    }

    private void requireNothingDurableBehind() throws IOException {
      if (end < superblock.logDurable()) {
        throw damaged(end, "was durable up to byte " + superblock.logDurable());
      }
      for (int at = end + 8; at <= log.limit() - LogRecord.FIXED_BYTES; at += 8) {
        LogRecord later = at(at);
        if (later != null && later.durable() > end) {
          throw damaged(end, "was durable up to byte " + later.durable());
        }
        endsWhole &= later == null;
      }
    }

    /**
     * Requires that no two extents overlap and that none lies beyond the length, because cutting
     * the file would destroy it. Looks at the result only: what was freed before a shrink may have
     * been anywhere, and the superblock of a closed pool has the last length.
     */
    private void requireApartAndBelowLength() throws IOException {
      List<Durable> all = new ArrayList<>(byOffset());
      all.add(
          new Durable(Long.MAX_VALUE, superblock.logOffset(), superblock.logLength(), "the log"));
      all.sort(Comparator.comparingLong(Durable::offset));
      long until = 0;
      for (Durable one : all) {
        if (one.offset() < until) {
          throw damaged(
              end,
              "has extent %d+%d where something else is".formatted(one.offset(), one.length()));
        }
        until = one.end();
      }
      if (until > lengthBytes) {
        throw damaged(end, "has something up to byte " + until + " of " + lengthBytes);
      }
    }

    List<Durable> byOffset() {
      List<Durable> all = new ArrayList<>((int) extents.size());
      extents.forEach(all::add);
      return all;
    }

    private static long block(long offset) {
      return offset >>> FreeMap.BLOCK_SHIFT;
    }

    private void apply(LogRecord record, int position) throws IOException {
      switch (record.kind()) {
        case COMMIT -> commit(record, position);
        case FREE -> {
          Durable freed = extents.remove(block(record.offset()));
          if (freed == null || freed.id() != record.id()) {
            throw damaged(position, "frees extent " + record.id() + ", which there is not");
          }
        }
        case LENGTH -> lengthBytes = record.length();
      }
    }

    private void commit(LogRecord record, int position) throws IOException {
      Durable extent = new Durable(record.id(), record.offset(), record.length(), record.name());
      requirePossible(extent, position);
      Durable same = extents.put(block(extent.offset()), extent);
      if (same != null && (same.id() != extent.id() || same.length() != extent.length())) {
        throw damaged(
            position,
            "has extent %d+%d where something else is".formatted(extent.offset(), extent.length()));
      }
      nextId = Math.max(nextId, extent.id() + 1);
    }

    private void requirePossible(Durable extent, int position) throws IOException {
      if (extent.offset() < Superblock.HEADER_BYTES
          || extent.length() <= 0
          || extent.offset() > Long.MAX_VALUE - extent.length()
          || (extent.offset() | extent.length()) % FreeMap.BLOCK_BYTES != 0) {
        throw damaged(position, "has extent %d+%d".formatted(extent.offset(), extent.length()));
      }
    }

    private DamagedFileException damaged(int position, String what) {
      return new DamagedFileException(
          "%s: the extent map is damaged at byte %d: its log, generation %d, %s"
              .formatted(file, superblock.logOffset() + position, superblock.generation(), what));
    }
  }
}
