package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.Kernel;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the kernel what is in pipes that pages were lent to.
 *
 * <p>Safe for any thread. A pipe that neither this process has, nor another one into which it may
 * look, is empty: it is gone. One that cannot be asked about at the moment, because no descriptor
 * is left to do it with, is not.
 */
public final class Pipes {
  private static final long UNKNOWN = Long.MAX_VALUE;
  private static final Path PROCESSES = Path.of("/proc");
  private static final String SELF = "/proc/self/fd";

  // As many as the largest pipe of an ordinary user has slots; each lend takes one at least.
  private static final int MOST_LENDS = 256;

  private final Kernel kernel;
  private final Map<Long, Pipe> pipes = new ConcurrentHashMap<>();

  /**
   * Bytes were lent to a pipe.
   *
   * @param startNanos CLOCK_MONOTONIC before the call
   * @param endNanos the same after it
   */
  public record Lend(long startNanos, long endNanos, long bytes) {}

  /** What is known of a pipe. */
  private static final class Pipe {
    // One of its descriptors, here or in another process: a link of /proc.
    private volatile Path link;
    // The last ones, the newest first; guarded by this.
    private final Deque<Lend> lends = new ArrayDeque<>();

    Pipe(Path link) {
      this.link = link;
    }

    synchronized void add(Lend lend) {
      lends.addFirst(lend);
      if (lends.size() > MOST_LENDS) {
        lends.removeLast();
      }
    }

    /** Returns how many bytes were surely lent after others. */
    synchronized long bytesAfter(Lend lend) {
      long bytes = 0;
      for (Lend each : lends) {
        if (each.endNanos < lend.endNanos) {
          return bytes;
        }
        bytes += each.startNanos > lend.endNanos ? each.bytes : 0;
      }
      return bytes;
    }
  }

  Pipes(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Notes that bytes were lent to a pipe.
   *
   * @param inode of the pipe
   * @param descriptor of the pipe
   */
  public void lent(long inode, int descriptor, Lend lend) {
    pipe(inode, Path.of(SELF, Integer.toString(descriptor))).add(lend);
  }

  // Without a lambda: a hook must not link code.
  private Pipe pipe(long inode, Path link) {
    Pipe known = pipes.get(inode);
    if (known != null) {
      return known;
    }
    Pipe added = new Pipe(link);
    Pipe other = pipes.putIfAbsent(inode, added);
    return other == null ? added : other;
  }

  /**
   * Returns whether bytes that were lent to a pipe may still be in it. They leave it in the order
   * in which they came: if no more are in it than were lent later, they are gone.
   */
  public boolean holds(long inode, Lend lend) {
    Pipe pipe = pipes.get(inode);
    long later = pipe == null ? 0 : pipe.bytesAfter(lend);
    return bytesIn(inode) > later;
  }

  /** Returns how many bytes are in a pipe, or a large number if that is not known. */
  public long bytesIn(long inode) {
    Pipe pipe = pipes.get(inode);
    Path known = pipe == null ? null : pipe.link;
    try {
      Path link = known != null && isPipe(known, inode) ? known : find(inode);
      if (link == null) {
        pipes.remove(inode);
        return 0;
      }
      long bytes = bytes(link);
      if (bytes == 0) {
        pipes.remove(inode);
      } else {
        pipe(inode, link).link = link;
      }
      return bytes;
    } catch (IOException e) {
      // There is no descriptor left to look with, or the other process has just ended.
      return UNKNOWN;
    }
  }

  private long bytes(Path link) throws IOException {
    int bytes = -1;
    if (link.startsWith(SELF)) {
      bytes = kernel.readableBytes(Integer.parseInt(link.getFileName().toString()));
    }
    if (bytes >= 0) {
      return bytes;
    }
    // As another reader for a moment, who reads nothing.
    try (FileInputStream reader = new FileInputStream(link.toFile())) {
      return reader.available();
    }
  }

  private static boolean isPipe(Path link, long inode) {
    try {
      return Files.readSymbolicLink(link).toString().equals("pipe:[" + inode + "]");
    } catch (IOException e) {
      // Closed meanwhile, or somebody else's.
      return false;
    }
  }

  /** Returns null if nobody has the pipe, as far as this process may know. */
  private static Path find(long inode) throws IOException {
    Path own = find(Path.of(SELF), inode);
    return own != null ? own : findElsewhere(inode);
  }

  private static Path findElsewhere(long inode) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES)) {
      for (Path process : processes) {
        Path link = isProcess(process) ? find(process.resolve("fd"), inode) : null;
        if (link != null) {
          return link;
        }
      }
      return null;
    }
  }

  /** Returns whether a folder of /proc is that of a process into which this one may look. */
  private static boolean isProcess(Path folder) {
    char first = folder.getFileName().toString().charAt(0);
    return first >= '0' && first <= '9' && Files.isReadable(folder.resolve("fd"));
  }

  private static Path find(Path descriptors, long inode) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path link : all) {
        if (isPipe(link, inode)) {
          return link;
        }
      }
      return null;
    } catch (NoSuchFileException e) {
      // A process that has ended.
      return null;
    }
  }
}
