package io.pinaudit.allocator.storage;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One change of the extent map, as it stands in the log; all numbers are little-endian:
 *
 * <pre>
 *  0 CRC-32C of generation, position in the log, and the record from byte 4 on (int)
 *  4 bytes of the record, a multiple of 8 (short)   7 bytes of the name (byte)
 *  6 kind: C, F or L, and 128 if the next record belongs to it (byte)
 *  8 bytes of the log that were durable when this was written
 * 16 extent id   24 offset   32 length (of the file, for LENGTH)   40 name in UTF-8, padded with 0
 * </pre>
 *
 * The checksum covers generation and position, so that what an earlier log left in the same place
 * is never taken for a record. Records that belong together count only when the last of them is
 * there: a reader that finds fewer stops before the first.
 */
public record LogRecord(
    Kind kind, boolean more, long durable, long id, long offset, long length, String name) {
  public enum Kind {
    /** The extent exists from here on; again: it has another name. */
    COMMIT('C'),
    /** The extent exists no more. */
    FREE('F'),
    /** The file has this length, as far as it is the pool's. */
    LENGTH('L');

    final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }

    /** Returns the kind with a code; null if there is none. */
    public static Kind of(int code) {
      return switch (code) {
        case 'C' -> COMMIT;
        case 'F' -> FREE;
        case 'L' -> LENGTH;
        default -> null; // what a file has there need not be a record
      };
    }
  }

  private static final int MORE = 0x80;
  public static final int FIXED_BYTES = 40;
  static final int MOST_NAME_BYTES = 255;
  public static final int MOST_BYTES = FIXED_BYTES + 256;

  public static LogRecord commit(Durable extent, long durable) {
    return new LogRecord(
        Kind.COMMIT, false, durable, extent.id(), extent.offset(), extent.length(), extent.name());
  }

  public static LogRecord free(Durable extent, long durable) {
    return new LogRecord(
        Kind.FREE, false, durable, extent.id(), extent.offset(), extent.length(), "");
  }

  public static LogRecord length(long lengthBytes, long durable) {
    return new LogRecord(Kind.LENGTH, false, durable, 0, 0, lengthBytes, "");
  }

  /** Throws if it would be another name when it is read again. */
  public static void requireName(String name) {
    int bytes;
    try {
      bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a name with half a surrogate pair is no text", e);
    }
    if (bytes > MOST_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name of " + bytes + " bytes, expected at most " + MOST_NAME_BYTES);
    }
  }

  /** Returns the same record, for a log that is durable up to that position. */
  LogRecord withDurable(long position) {
    return new LogRecord(kind, more, position, id, offset, length, name);
  }

  /** Returns the same record, for a log in which the next record belongs to it. */
  public LogRecord withMore() {
    return new LogRecord(kind, true, durable, id, offset, length, name);
  }

  public static int sizeBytes(String name) {
    return sizeBytes(name.getBytes(StandardCharsets.UTF_8).length);
  }

  private static int sizeBytes(int nameBytes) {
    return FIXED_BYTES + (nameBytes + 7) / 8 * 8;
  }

  /** Puts it at the buffer's position. */
  void encode(ByteBuffer out, long generation, long position) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    int start = out.position();
    int size = sizeBytes(nameBytes.length);
    byte code = (byte) (more ? kind.code | MORE : kind.code);
    out.putInt(0).putShort((short) size).put(code).put((byte) nameBytes.length);
    out.putLong(durable).putLong(id).putLong(offset).putLong(length).put(nameBytes);
    while (out.position() < start + size) {
      out.put((byte) 0);
    }
    out.putInt(start, new Checksum(generation, position).of(out, start, size));
  }

  /** Returns the record at a position of a log; empty if none is there, or a torn one. */
  static Optional<LogRecord> decode(ByteBuffer log, long generation, int position) {
    if (log.limit() - position < FIXED_BYTES) {
      return Optional.empty();
    }
    int size = log.getShort(position + 4);
    int nameBytes = log.get(position + 7) & 0xff;
    if (size != sizeBytes(nameBytes) || size > log.limit() - position) {
      return Optional.empty();
    }
    Kind kind = Kind.of(log.get(position + 6) & MORE - 1);
    if (kind == null
        || log.getInt(position) != new Checksum(generation, position).of(log, position, size)) {
      return Optional.empty();
    }
    byte[] name = new byte[nameBytes];
    log.get(position + FIXED_BYTES, name);
    return Optional.of(
        new LogRecord(
            kind,
            log.get(position + 6) < 0,
            log.getLong(position + 8),
            log.getLong(position + 16),
            log.getLong(position + 24),
            log.getLong(position + 32),
            new String(name, StandardCharsets.UTF_8)));
  }

  public int sizeBytes() {
    return sizeBytes(name);
  }

  /** The checksum of a record at one place of one log. */
  private record Checksum(long generation, long position) {
    int of(ByteBuffer record, int start, int size) {
      CRC32C crc = new CRC32C();
      update(crc, generation);
      update(crc, position);
      if (record.hasArray()) {
        crc.update(record.array(), record.arrayOffset() + start + 4, size - 4);
      } else {
        crc.update(record.duplicate().limit(start + size).position(start + 4));
      }
      return (int) crc.getValue();
    }

    private static void update(CRC32C crc, long littleEndian) {
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        crc.update((int) (littleEndian >>> shift));
      }
    }
  }
}
