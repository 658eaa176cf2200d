package io.pinaudit.lab.host;

import io.pinaudit.cli.Console;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by the one lab of this user that installs packages or fetches a kernel; dies with its
 * holder. Not to be taken twice by one process.
 */
final class CacheLock implements AutoCloseable {
  private final FileChannel file;

  private CacheLock(FileChannel file) {
    this.file = file;
  }

  /** Waits for other labs, with a note on the console if there are any. */
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
