package io.pinaudit.analyzer.tracedat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The ways in which the sections of a file of version 7 are packed: {@code u32 packed size, u32
 * size, data}.
 */
enum Compression {
  NONE,
  ZLIB,
  ZSTD;

  private static final long MOST_BYTES = 64L << 20;

  static Compression of(String name) throws IOException {
    return switch (name) {
      case "none", "" -> NONE;
      case "zlib" -> ZLIB;
      case "zstd" -> ZSTD;
      default -> throw new IOException("compression '" + name + "', expected zstd, zlib or none");
    };
  }

  /** Takes and unpacks the next packed piece. */
  byte[] unpack(Bytes in) throws IOException {
    long at = in.at();
    long packed = in.u32();
    long size = in.u32();
    if (size > MOST_BYTES) {
      throw new IOException("a compressed piece of " + size + " bytes at offset " + at);
    }
    byte[] data = in.array(packed);
    byte[] out = new byte[(int) size];
    if (unpack(data, out) != size) {
      throw new IOException("damaged " + this + " data at offset " + at);
    }
    return out;
  }

  private long unpack(byte[] data, byte[] out) {
    return switch (this) {
      case NONE -> -1;
      case ZSTD -> {
        try {
          yield Zstd.decompress(out, data);
        } catch (ZstdException e) {
          yield -1;
        }
      }
      case ZLIB -> {
        try (Inflater inflater = new Inflater()) {
          inflater.setInput(data);
          int size = 0;
          int more = inflater.inflate(out);
          while (more > 0) {
            size += more;
            more = inflater.inflate(out, size, out.length - size);
          }
          yield size;
        } catch (DataFormatException e) {
          yield -1;
        }
      }
    };
  }
}
