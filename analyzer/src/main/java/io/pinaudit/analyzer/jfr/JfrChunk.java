package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * One chunk of a recording, which describes itself: header, events, pools and metadata.
 *
 * <p>Confined to one thread.
 *
 * @see <a
 *     href="https://github.com/openjdk/jdk/blob/master/src/jdk.jfr/share/classes/jdk/jfr/internal/consumer/ChunkHeader.java">JDK:
 *     ChunkHeader</a>
 */
final class JfrChunk {
  static final int HEADER_BYTES = 68;

  /** Takes no event. */
  static final IntConsumer NOBODY = _ -> {};

  private static final int MAGIC = 0x464c5200; // "FLR\0"
  private static final int SIZE_AT = 8;
  private static final int CHECKPOINT_AT = 16;
  private static final int METADATA_AT = 24;
  private static final int START_AT = 32;
  private static final int FLAGS_AT = 64;
  private static final int COMPRESSED = 1;

  private final ByteBuffer header;
  private final ByteBuffer bytes;
  private final JfrCursor cursor;
  private final JfrMetadata metadata;
  private final JfrPools pools;

  /**
   * Returns the length in bytes of the chunk that begins with these bytes.
   *
   * @param header at least {@link #HEADER_BYTES}
   */
  static long size(ByteBuffer header) {
    if (header.getInt(0) != MAGIC) {
      throw new JfrDamage("no chunk: its first bytes are not FLR");
    }
    long size = header.getLong(SIZE_AT);
    if (size < HEADER_BYTES || size > Integer.MAX_VALUE) {
      throw new JfrDamage("chunk of " + size + " bytes: not finished, or damaged");
    }
    return size;
  }

  /** Opens a chunk: reads its metadata and notes where the entries of its pools stand. */
  JfrChunk(ByteBuffer bytes) {
    this(bytes, bytes, null);
  }

  /**
   * Opens a chunk that may be still growing.
   *
   * @param header of the chunk, which may change in the chunk itself
   * @param earlier the same chunk when it was shorter, which must not be used any more; null if it
   *     is opened for the first time
   */
  JfrChunk(ByteBuffer header, ByteBuffer bytes, JfrChunk earlier) {
    this.header = header;
    this.bytes = bytes;
    this.cursor = new JfrCursor(bytes);
    if ((header.get(FLAGS_AT + 3) & COMPRESSED) == 0) {
      throw new JfrDamage("chunk with uncompressed numbers, which no JVM in use writes");
    }
    long metadataAt = header.getLong(METADATA_AT);
    this.metadata =
        earlier != null && earlier.header.getLong(METADATA_AT) == metadataAt
            ? earlier.metadata
            : JfrMetadata.read(cursor.at(metadataAt));
    this.pools =
        JfrPools.read(
            new JfrCursor(bytes),
            metadata,
            header.getLong(CHECKPOINT_AT),
            earlier == null ? null : earlier.pools);
  }

  /** Returns when the chunk was begun, in milliseconds since 1970. */
  long startMillis() {
    return header.getLong(START_AT) / 1_000_000;
  }

  /**
   * Passes on where every event stands from an offset on, in the order of the file, which is not
   * that of time.
   *
   * @param from where an event begins, or the chunk ends
   * @param takers returns who takes the events of a type, {@link #NOBODY} for others; is asked
   *     before the first of them is passed on
   */
  void forEach(int from, Function<JfrType, IntConsumer> takers) {
    IntConsumer[] ofTypes = new IntConsumer[metadata.size()];
    int end = bytes.limit();
    long size;
    for (int at = from; at < end; at += (int) size) {
      size = cursor.at(at).number();
      if (size <= 0 || size > end - at) {
        throw new JfrDamage("event of " + size + " bytes at offset " + at);
      }
      long typeId = cursor.number();
      if (typeId > 1) { // 0 is metadata, 1 a checkpoint
        int index = metadata.index(typeId);
        if (ofTypes[index] == null) {
          ofTypes[index] = takers.apply(metadata.type(typeId));
        }
        ofTypes[index].accept(at);
      }
    }
  }

  /** Decodes an event. */
  JfrRow event(JfrType type, int offset) {
    return event(new JfrRow(type), offset);
  }

  /** Decodes an event into a row of its type, which is returned. */
  JfrRow event(JfrRow row, int offset) {
    begin(offset);
    return row.read(cursor, pools);
  }

  /** Moves the cursor to the first field of an event; returns the size of the event. */
  private long begin(int offset) {
    long size = cursor.at(offset).number();
    cursor.skipNumber(); // type
    return size;
  }

  /** Returns the number in a column of an event, without looking at the columns behind. */
  long number(JfrType type, int offset, int column) {
    begin(offset);
    type.skipFields(cursor, 0, column);
    return cursor.number();
  }

  /**
   * Returns the number in a column of an event without decoding the other fields. The whole event
   * is stepped over, so that damage is found now.
   */
  long wholeNumber(JfrType type, int offset, int column) {
    long size = begin(offset);
    type.skipFields(cursor, 0, column);
    long number = cursor.number();
    type.skipFields(cursor, column + 1, type.fieldCount());
    if (cursor.position() > offset + size) {
      throw new JfrDamage(type.name() + " at offset " + offset + " is longer than its size");
    }
    return number;
  }

  /** Returns a thread that an event refers to. */
  JfrThread thread(long id) {
    return pools.thread(id);
  }

  /** Returns a stack that an event refers to, innermost frame first; empty if there is none. */
  List<Frame> stack(long id) {
    return pools.stack(id);
  }
}
