package io.pinaudit.allocator.storage;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * An open file in the three ways in which it is used. The path is looked up once: all three are of
 * one file, also if another is moved there meanwhile.
 *
 * @param descriptor locks the file, and allocates and frees its blocks
 * @param file changes the file. It is no channel, because a channel is closed for good when a
 *     thread that uses it is interrupted
 * @param mapper maps and reads the file
 */
public record OpenFile(LinuxFile descriptor, RandomAccessFile file, Mapper mapper)
    implements AutoCloseable {
  /**
   * Opens an existing file for reading and writing; changes nothing.
   *
   * @throws IOException each reason as {@link RegularFile#require} has it
   */
  public static OpenFile open(Path path) throws IOException {
    RegularFile.require(path);
    LinuxFile descriptor = LinuxFile.open(path);
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(descriptor.alias().toFile(), "rw");
      return new OpenFile(descriptor, file, new Mapper(descriptor));
    } catch (IOException e) {
      new OpenFile(descriptor, file, null).close();
      throw named(path, e);
    }
  }

  /** Returns an exception by the path that was to be opened; the JDK was given another one. */
  private static IOException named(Path path, IOException why) {
    String reason = why instanceof FileSystemException e ? e.getReason() : why.getMessage();
    return new FileSystemException(path.toString(), null, reason);
  }

  /** Closes all three, the descriptor and its lock last. */
  @Override
  public void close() throws IOException {
    try (descriptor;
        file;
        mapper) {
      // Only closes them.
    }
  }
}
