package io.pinaudit.lab.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk whose reads stay in flight for long, because QEMU serves only few requests a second.
 *
 * <p>Every 16 bytes say where they come from, {@code SLOWDISK%08X} with their offset divided by 16,
 * so that bytes that the device wrote to memory are recognized wherever they appear.
 */
final class SlowDisk {
  static final int SIZE_BYTES = 16 << 20;
  static final int RECORD_BYTES = 16;
  static final String SERIAL = "pinaudit-slow";

  private SlowDisk() {}

  /** Writes the image. */
  static void write(Path image) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(image), 1 << 16)) {
      for (int index = 0; index < SIZE_BYTES / RECORD_BYTES; index++) {
        out.write(entry(index));
      }
    }
  }

  /** Returns the 16 bytes with an index. */
  static byte[] entry(int index) {
    byte[] bytes = "SLOWDISK00000000".getBytes(StandardCharsets.US_ASCII);
    for (int at = RECORD_BYTES - 1, rest = index; rest != 0; at--, rest >>>= 4) {
      bytes[at] = (byte) Character.toUpperCase(Character.forDigit(rest & 0xf, 16));
    }
    return bytes;
  }
}
