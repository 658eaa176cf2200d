package io.pinaudit.junit.subject;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of 64 KiB with its first 16 KiB mapped. */
final class MappedFile implements AutoCloseable {
  private static final int FILE_BYTES = 65_536;
  private static final int MAPPED_BYTES = 16_384;

  private final FileChannel channel;
  private final MappedByteBuffer mapped;

  MappedFile(Path file) throws IOException {
    Files.write(file, new byte[FILE_BYTES]);
    channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, MAPPED_BYTES);
  }

  /** Cuts below the mapping: the next access would end in an InternalError. */
  void cutBelow() throws IOException {
    channel.truncate(4096);
  }

  /** Cuts what is not mapped. */
  void cutAbove() throws IOException {
    channel.truncate(2 * MAPPED_BYTES);
  }

  int first() {
    return mapped.getInt(0);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
