package io.pinaudit.samples;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lends pages of a mapped file to a pipe without a copy, then unmaps, closes and deletes the file;
 * a second thread reads the pipe later.
 *
 * <p>On a DAX file system the pages are the file's blocks, and the eviction of a deleted file does
 * not wait for who has them: until Linux 6.15 they are freed, and the reader of the pipe gets the
 * data of whatever file has them next.
 */
public final class VmspliceThenDelete {
  // Longer than the victim needs. Where the delete waits for the pin, it waits so long.
  private static final int PATIENCE_MILLIS = 20_000;

  private VmspliceThenDelete() {}

  /** Usage: {@code VmspliceThenDelete [--safe] [--pages N] DIR}. */
  public static void main(String[] args) {
    Sample.main("vmsplice-then-delete", args, VmspliceThenDelete::run);
  }

  static String run(Options options) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent", 'A');
        PatternFile victim = options.file("victim", 'V');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      Extents blocks = lent.create(options.fileBytes());
      lendToPipe(lent, options, pipe);
      try (LateReader reader = new LateReader(pipe, PATIENCE_MILLIS)) {
        byte[] received;
        if (options.safe()) {
          received = reader.read();
          deleteFile(lent.path());
          victim.createOnFreedBlocks(blocks);
        } else {
          deleteFile(lent.path());
          victim.createOnFreedBlocks(blocks);
          received = reader.read();
        }
        return victim.ownershipOf(received);
      }
    }
  }

  private static void lendToPipe(PatternFile file, Options options, Pipe pipe) throws IOException {
    try (FileChannel channel = file.open();
        Arena arena = Arena.ofConfined()) {
      MemorySegment mapping = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
      MemorySegment pages = mapping.asSlice(options.pinnedOffset(), options.pinnedBytes());
      pages.fill((byte) 'A');
      mapping.force();
      pipe.lend(pages);
    }
    System.out.println("lent " + options.pinnedBytes() + " bytes to a pipe and unmapped the file");
  }

  private static void deleteFile(Path file) throws IOException {
    Files.delete(file);
    System.out.println("deleted " + file);
  }
}
