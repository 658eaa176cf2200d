package io.pinaudit.samples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * Lends pages of a mapped file to a pipe without a copy, then unmaps the file and truncates it
 * through the channel that is still open; a second thread reads the pipe later.
 *
 * <p>A truncate waits for who has the pages of a DAX file, but until Linux 6.15 not of a file that
 * nobody maps any more: the blocks are freed, and the reader of the pipe gets the data of whatever
 * file has them next.
 */
public final class TruncateAfterUnmap {
  // Longer than the victim needs. Where the truncate waits for the pin, it waits so long.
  private static final int PATIENCE_MILLIS = 20_000;

  private TruncateAfterUnmap() {}

  /** Usage: {@code TruncateAfterUnmap [--safe] [--pages N] DIR}. */
  public static void main(String[] args) {
    Sample.main("truncate-after-unmap", args, TruncateAfterUnmap::run);
  }

  static String run(Options options) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent", 'A');
        PatternFile victim = options.file("victim", 'V');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      Extents blocks = lent.create(options.fileBytes());
      try (FileChannel channel = lent.open()) {
        lendToPipe(channel, options, pipe);
        try (LateReader reader = new LateReader(pipe, PATIENCE_MILLIS)) {
          byte[] received;
          if (options.safe()) {
            received = reader.read();
            truncateFile(channel);
            victim.createOnFreedBlocks(blocks);
          } else {
            truncateFile(channel);
            victim.createOnFreedBlocks(blocks);
            received = reader.read();
          }
          return victim.ownershipOf(received);
        }
      }
    }
  }

  private static void lendToPipe(FileChannel channel, Options options, Pipe pipe)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapping = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
      MemorySegment pages = mapping.asSlice(options.pinnedOffset(), options.pinnedBytes());
      pages.fill((byte) 'A');
      mapping.force();
      pipe.lend(pages);
    }
    System.out.println("lent " + options.pinnedBytes() + " bytes to a pipe and unmapped the file");
  }

  private static void truncateFile(FileChannel channel) throws IOException {
    channel.truncate(0);
    System.out.println("truncated the file to 0 bytes");
  }
}
