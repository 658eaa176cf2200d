package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

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

  /** Takes the events that the reader wants. */
  @FunctionalInterface
  interface EventSink {
    /**
     * Takes one event.
     *
     * @param offset where the event stands in the chunk, for {@link #event}
     */
    void accept(JfrType type, int offset);
  }

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

  /** Passes every event of a wanted type, in the order of the file, which is not that of time. */
  void forEach(Predicate<String> wanted, EventSink sink) {
    forEach(HEADER_BYTES, wanted, sink);
  }

  /**
   * Passes every event of a wanted type from an offset on.
   *
   * @param from where an event begins, or the chunk ends
   */
  void forEach(int from, Predicate<String> wanted, EventSink sink) {
    Map<Long, JfrType> types = metadata.types(wanted);
    int end = bytes.limit();
    long unwanted = -1; // the type of the last event stepped over: most events are of a few types
    long size;
    for (int at = from; at < end; at += (int) size) {
      size = cursor.at(at).number();
      if (size <= 0 || size > end - at) {
        throw new JfrDamage("event of " + size + " bytes at offset " + at);
      }
      long typeId = cursor.number();
      if (typeId > 1 && typeId != unwanted) { // 0 is metadata, 1 a checkpoint
        JfrType type = types.get(typeId);
        if (type == null) {
          metadata.type(typeId);
          unwanted = typeId;
        } else {
          sink.accept(type, at);
        }
      }
    }
  }

  /** Decodes an event. */
  JfrRow event(JfrType type, int offset) {
    cursor.at(offset).number(); // size
    cursor.number(); // type
    return JfrRow.read(type, cursor, pools);
  }

  /**
   * Returns one number of an event without decoding the other fields. The whole event is stepped
   * over, so that damage is found now.
   */
  long number(JfrType type, int offset, String field) {
    long size = cursor.at(offset).number();
    cursor.number(); // type
    long number = 0;
    int column = type.column(field);
    List<JfrType.Field> fields = type.fields();
    for (int i = 0; i < fields.size(); i++) {
      JfrType.Field each = fields.get(i);
      if (i == column && each.form() == JfrType.Form.NUMBER) {
        number = cursor.number();
      } else {
        each.skip(cursor);
      }
    }
    if (cursor.position() > offset + size) {
      throw new JfrDamage(type.name() + " at offset " + offset + " is longer than its size");
    }
    return number;
  }

  /** Returns the name of a thread that an event refers to; empty if the thread has none. */
  String thread(long id) {
    return pools.thread(id);
  }

  /** Returns the kernel's number of a thread that an event refers to; -1 if unknown. */
  int tid(long id) {
    return pools.tid(id);
  }

  /** Returns the number of a Java thread that an event refers to; 0 if the thread has none. */
  long javaThread(long id) {
    return pools.javaThread(id);
  }

  /** Returns a stack that an event refers to, innermost frame first; empty if there is none. */
  List<Frame> stack(long id) {
    return pools.stack(id);
  }
}
