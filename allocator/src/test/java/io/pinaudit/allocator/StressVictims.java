package io.pinaudit.allocator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/**
 * Files of one letter that take whatever blocks are free, for a while; then each of their bytes is
 * looked at.
 */
final class StressVictims {
  private static final byte LETTER = 'V';
  private static final int MOST_FILES = 12;
  private static final int LEAST_BYTES = 64 << 10;
  private static final int MOST_BYTES = 2 << 20;

  private final Path folder;
  private final Deque<Path> files = new ArrayDeque<>();
  private long count;
  private long bytes;
  private long foreignBytes;

  StressVictims(Path folder) {
    this.folder = folder;
  }

  void next(Random random) throws IOException {
    if (files.size() == MOST_FILES) {
      verifyOldest();
    }
    Path file = folder.resolve("victim-" + count++);
    files.add(file);
    byte[] letters = new byte[random.nextInt(LEAST_BYTES, MOST_BYTES)];
    Arrays.fill(letters, LETTER);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Freed blocks can be had only after the commit of what freed them.
      channel.force(true);
      for (ByteBuffer rest = ByteBuffer.wrap(letters); rest.hasRemaining(); ) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private void verifyOldest() throws IOException {
    Path file = files.remove();
    byte[] found = Files.readAllBytes(file);
    bytes += found.length;
    foreignBytes += StressIo.countOthers(found, LETTER);
    Files.delete(file);
  }

  /** Verifies those that are left, too. */
  String truth() throws IOException {
    while (!files.isEmpty()) {
      verifyOldest();
    }
    return "%d foreign bytes in %d victim files of %d bytes".formatted(foreignBytes, count, bytes);
  }
}
