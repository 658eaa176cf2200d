package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.Kernel;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the kernel what is in pipes that pages were lent to.
 *
 * <p>Safe for any thread. A pipe that neither this process has, nor another one into which it may
 * look, is empty: it is gone. One that cannot be asked about at the moment, because no descriptor
 * is left to do it with, is not.
 *
 * <p>Bytes leave a pipe in the order in which they came. Between two looks at least as many were
 * read as there are fewer in it: once that many have been read as were in it at some moment, those
 * are gone, however full it is.
 */
public final class Pipes {
  private static final long UNKNOWN = Long.MAX_VALUE;
  private static final Path PROCESSES = Path.of("/proc");
  private static final String SELF = "/proc/self/fd";

  private final Kernel kernel;
  private final Map<Long, Pipe> pipes = new ConcurrentHashMap<>();

  /**
   * Bytes were lent to a pipe.
   *
   * @param startNanos CLOCK_MONOTONIC before the call
   * @param endNanos the same after it
   */
  public record Lend(long startNanos, long endNanos, long bytes) {}

  /** The end of what was in a pipe at some moment. */
  public static final class Place {
    private final Pipe pipe;
    // Of all bytes that were read from the pipe since the first look; unknown until a look.
    private volatile long end = UNKNOWN;

    private Place(Pipe pipe) {
      this.pipe = pipe;
    }
  }

  /** What is known of a pipe. */
  private static final class Pipe {
    private final long inode;
    // One of its descriptors, here or in another process: a link of /proc.
    private volatile Path link;
    // At the last look; these three are guarded by this.
    private long bytes;
    private long lookNanos;
    // As many were surely read since the first look.
    private long read;

    Pipe(long inode, Path link) {
      this.inode = inode;
      this.link = link;
    }

    /**
     * Notes what a look has seen.
     *
     * @param lent since the last look, perhaps; may be null
     */
    void seen(long now, Lend lent) {
      boolean isNew = lent != null && lent.startNanos > lookNanos;
      read += Math.max(0, bytes + (isNew ? lent.bytes : 0) - now);
      bytes = now;
      lookNanos = System.nanoTime();
    }
  }

  Pipes(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Returns the place behind what is about to come into the pipe of a descriptor. */
  Place place(long inode, int descriptor) {
    return new Place(pipe(inode, link(descriptor)));
  }

  /** Returns whether a descriptor is that of a pipe. */
  boolean isPipe(long inode, int descriptor) {
    return isPipe(link(descriptor), inode);
  }

  private static Path link(int descriptor) {
    return Path.of(SELF, Integer.toString(descriptor));
  }

  // Without a lambda: a hook must not link code.
  private Pipe pipe(long inode, Path link) {
    Pipe known = pipes.get(inode);
    if (known != null) {
      return known;
    }
    Pipe added = new Pipe(inode, link);
    Pipe other = pipes.putIfAbsent(inode, added);
    return other == null ? added : other;
  }

  /**
   * Notes that what belongs before a place is in the pipe now.
   *
   * @param lent what has come in with it; may be null
   */
  void fill(Place place, Lend lent) {
    synchronized (place.pipe) {
      long bytes = look(place.pipe, lent);
      place.end = bytes == UNKNOWN ? UNKNOWN : place.pipe.read + bytes;
    }
  }

  /** Returns whether some of what belongs before a place may still be in the pipe. */
  boolean holds(Place place) {
    synchronized (place.pipe) {
      return look(place.pipe, null) > 0 && place.pipe.read < place.end;
    }
  }

  /** Returns whether there has been a look at what belongs before a place. */
  boolean isFilled(Place place) {
    return place.end != UNKNOWN;
  }

  /** Returns how many bytes are in a pipe, or a large number if that is not known. */
  private long look(Pipe pipe, Lend lent) {
    try {
      Path link = isPipe(pipe.link, pipe.inode) ? pipe.link : find(pipe.inode);
      long now = link == null ? 0 : bytes(link);
      if (link != null) {
        pipe.link = link;
      }
      if (now == 0) {
        pipes.remove(pipe.inode, pipe);
      }
      pipe.seen(now, lent);
      return now;
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
