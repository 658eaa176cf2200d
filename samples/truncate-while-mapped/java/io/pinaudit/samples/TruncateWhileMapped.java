package io.pinaudit.samples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Lends pages of a mapped file to a pipe without a copy and truncates the file while it is mapped;
 * a second thread reads the pipe later.
 *
 * <p>On a DAX file system the truncate waits, with the inode locked, until the pipe has been read.
 * Nothing is lost but time: here two seconds, and for ever if nobody reads.
 */
public final class TruncateWhileMapped {
  private TruncateWhileMapped() {}

  /** Usage: {@code TruncateWhileMapped [--safe] [--pages N] [--hold-millis N] DIR}. */
  public static void main(String[] args) {
    Sample.main("truncate-while-mapped", args, TruncateWhileMapped::run);
  }

  static String run(Options options) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent", 'A');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      lent.create(options.fileBytes());
      Arena arena = Arena.ofConfined();
      try (FileChannel channel = lent.open()) {
        MemorySegment mapping = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
        MemorySegment pages = mapping.asSlice(options.pinnedOffset(), options.pinnedBytes());
        pages.fill((byte) 'A');
        mapping.force();
        lendToPipe(pages, pipe);
        try (LateReader reader = new LateReader(pipe, options.holdMillis())) {
          if (options.safe()) {
            reader.read();
            arena.close(); // nothing may be mapped beyond the file's new end
          }
          return truth(truncateFile(channel));
        }
      } finally {
        if (arena.scope().isAlive()) {
          arena.close();
        }
      }
    }
  }

  private static void lendToPipe(MemorySegment pages, Pipe pipe) throws IOException {
    pipe.lend(pages);
    System.out.println("lent " + pages.byteSize() + " bytes to a pipe");
  }

  /** Truncates the file; returns how long that took. */
  private static long truncateFile(FileChannel channel) throws IOException {
    long startNanos = System.nanoTime();
    channel.truncate(0);
    long waitedNanos = System.nanoTime() - startNanos;
    System.out.println("truncated the file to 0 bytes");
    return waitedNanos;
  }

  static String truth(long waitedNanos) {
    long millis = (waitedNanos + 500_000) / 1_000_000;
    return "truncate waited %d.%03d s for the pin".formatted(millis / 1000, millis % 1000);
  }
}
