package io.pinaudit.allocator.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Explains why a file cannot be opened, each reason by the exception that the JDK has for it. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * Throws unless a file can be read, written and mapped.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws AccessDeniedException if this process may not read and write it
   * @throws FileSystemException if it is a folder, a device or a pipe
   */
  public static void require(Path path) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
      throw new FileSystemException(path.toString(), null, "not a regular file");
    }
    if (!Files.isReadable(path) || !Files.isWritable(path)) {
      throw new AccessDeniedException(path.toString(), null, "it has to be read and written");
    }
  }
}
