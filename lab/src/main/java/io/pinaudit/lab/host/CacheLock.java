package io.pinaudit.lab.host;

import io.pinaudit.cli.Console;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A lock for the one lab of this user that may install packages or fetch a kernel. It ends with its
 * process. One process must not take it twice.
 */
final class CacheLock implements AutoCloseable {
  private final FileChannel file;

  private CacheLock(FileChannel file) {
    this.file = file;
  }

  /** Takes the lock; if another lab has it, prints a note on the console and waits. */
  static CacheLock of(Path directory, Console console) throws IOException {
    Files.createDirectories(directory);
    FileChannel file =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      console.note("waiting for another lab that installs packages or fetches a kernel");
      file.lock();
    }
    return new CacheLock(file);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
