package io.pinaudit.lab.guest;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pinaudit.harness.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A temporary folder and the process that uses it. Both end with the lab, even if a signal ends it.
 */
final class Scratch implements AutoCloseable {
  private static final String PREFIX = "pinaudit-lab-";
  private static final String LOCK = "lock";
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Path directory;
  // The folder is locked while this process lives; a folder without a lock is an orphan.
  private final FileChannel lock;
  private final Thread atExit = new Thread(this::abandon, "lab-cleanup");
  private volatile Process process;
  private volatile boolean abandoned;

  Scratch() throws IOException {
    directory = Files.createTempDirectory(PREFIX);
    lock = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE);
    if (lock.tryLock() == null) {
      throw new IOException(directory + " is in use");
    }
    removeOrphans(directory.getParent());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path directory() {
    return directory;
  }

  /**
   * Removes what killed labs have left. Keeps a folder that was modified lately: it may have no
   * lock yet.
   */
  private static void removeOrphans(Path parent) throws IOException {
    Instant old = Instant.now().minus(YOUNG);
    try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path candidate : candidates) {
        if (Files.getLastModifiedTime(candidate).toInstant().isBefore(old)) {
          removeIfOrphan(candidate);
        }
      }
    }
  }

  private static void removeIfOrphan(Path candidate) throws IOException {
    try (FileChannel other = FileChannel.open(candidate.resolve(LOCK), WRITE);
        FileLock held = other.tryLock()) {
      if (held != null) {
        FileTree.delete(candidate);
      }
    } catch (NoSuchFileException | AccessDeniedException | OverlappingFileLockException e) {
      // The folder is gone meanwhile, belongs to another user, or is this process's own.
      return;
    }
  }

  /** Ends the given process before the folder is deleted, from now on. */
  void use(Process user) {
    process = user;
    if (abandoned) {
      user.destroyForcibly();
    }
  }

  /** Returns whether the lab itself is being ended. */
  boolean isAbandoned() {
    return abandoned;
  }

  private void abandon() {
    abandoned = true;
    try {
      remove();
    } catch (IOException e) {
      // Nobody is left to report to, and the folder is among the machine's temporary files.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove() throws IOException, InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    lock.close();
    FileTree.delete(directory);
  }

  @Override
  public void close() throws IOException {
    if (abandoned) {
      return;
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    try {
      remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
