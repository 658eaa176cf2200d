package io.pinaudit.analyzer.jfr;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Follows the recordings of JVMs while they write them: the chunks in JFR's repository, where each
 * JVM has a folder, and the files into which chunks are copied when a recording ends. Each event is
 * passed on once, whichever file it is found in.
 *
 * <p>A chunk is read up to where its JVM has flushed it. All that is held of it is where the
 * entries of its pools stand, so that memory does not grow with the recordings. Confined to one
 * thread.
 */
public final class JfrFollower {
  private final Map<Path, LiveJvm> jvms = new LinkedHashMap<>();
  private final Map<JfrHeader.Identity, Growing> growing = new HashMap<>();
  private final Map<JfrHeader.Identity, LiveJvm> done = new HashMap<>();
  private final Set<Path> whole = new HashSet<>(); // nothing more comes of these files

  /** How far a chunk was read that its JVM has not ended. */
  private record Growing(JfrChunk chunk, int readBytes, LiveJvm jvm) {}

  /** Returns the JVMs whose files were read, in the order in which they were found. */
  public Collection<LiveJvm> jvms() {
    return Collections.unmodifiableCollection(jvms.values());
  }

  /** Returns the JVM that writes below a folder, or has written a file. */
  public LiveJvm jvm(Path place) {
    return jvms.computeIfAbsent(place, LiveJvm::new);
  }

  /**
   * Reads on in a file: at most one chunk, or what was flushed of one.
   *
   * @param place the folder of the JVM in the repository, or the file itself: whose chunks these
   *     are, unless they were found elsewhere before
   * @return the JVM of which there is more in the file right now; null if there is none
   */
  public LiveJvm read(Path file, Path place) {
    try (FileChannel channel = FileChannel.open(file)) {
      Next next = next(channel);
      LiveJvm more = next.header == null ? null : readOn(channel, next, place);
      boolean ends = next.header == null ? next.at > 0 : done.containsKey(next.header.identity());
      if (more == null && ends && next.end() == channel.size()) {
        whole.add(file);
      }
      return more;
    } catch (NoSuchFileException e) {
      // The JVM has ended its recording, or has dropped its first chunks.
      return null;
    } catch (JfrDamage | IndexOutOfBoundsException | IOException | InternalError e) {
      // InternalError is what a mapped file gives that is cut while it is read.
      jvm(place).damaged(file, e);
      return null;
    }
  }

  /**
   * Copies the chunk that a file begins with, as far as it was flushed, unless it ended before a
   * time.
   *
   * @param sinceMillis that time, in milliseconds since 1970
   */
  public static void copy(Path file, long sinceMillis, FileChannel out) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      JfrHeader header = JfrHeader.read(in, 0).orElse(null);
      if (header == null || header.untilEpochNanos() / 1_000_000 < sinceMillis) {
        return;
      }
      out.write(header.bytes().duplicate());
      long at = header.bytes().limit();
      while (at < header.size()) {
        at += in.transferTo(at, header.size() - at, out);
      }
    } catch (NoSuchFileException | JfrDamage e) {
      // The JVM has dropped the chunk meanwhile, or it is none.
      return;
    }
  }

  /** Returns whether a file was read to its end, and nothing more comes of it. */
  public boolean isWhole(Path file) {
    return whole.contains(file);
  }

  /**
   * The first chunk of a file that was not read to its end.
   *
   * @param header null if nothing was flushed of such a chunk
   * @param owner the JVM of the chunk before; null if there is none
   */
  private record Next(long at, JfrHeader header, LiveJvm owner) {
    /** Returns where the chunk ends so far. */
    long end() {
      return header == null ? at : at + header.size();
    }
  }

  private Next next(FileChannel channel) throws IOException {
    LiveJvm owner = null;
    long at = 0;
    JfrHeader header = JfrHeader.read(channel, at).orElse(null);
    while (header != null && done.containsKey(header.identity())) {
      owner = done.get(header.identity());
      at += header.size();
      header = JfrHeader.read(channel, at).orElse(null);
    }
    return new Next(at, header, owner);
  }

  private LiveJvm readOn(FileChannel channel, Next next, Path place) throws IOException {
    JfrHeader header = next.header;
    if (channel.size() < next.end()) {
      return null;
    }
    Growing before = growing.get(header.identity());
    if (before == null) {
      LiveJvm jvm = next.owner == null ? jvm(place) : next.owner;
      jvm.begins(header);
      before = new Growing(null, JfrChunk.HEADER_BYTES, jvm);
    }
    readChunk(channel, next.at, header, before);
    return header.isFinished() && next.end() < channel.size() ? before.jvm : null;
  }

  private void readChunk(FileChannel channel, long at, JfrHeader header, Growing before)
      throws IOException {
    if (header.size() > before.readBytes) {
      // Calls are decoded before the mapping is closed.
      try (Arena arena = Arena.ofConfined()) {
        ByteBuffer bytes =
            channel.map(FileChannel.MapMode.READ_ONLY, at, header.size(), arena).asByteBuffer();
        JfrChunk chunk = new JfrChunk(header.bytes(), bytes, before.chunk);
        if (!before.jvm.isNamed(chunk, before.readBytes) && header.isYoung()) {
          return;
        }
        before.jvm.read(chunk, before.readBytes);
        growing.put(header.identity(), new Growing(chunk, (int) header.size(), before.jvm));
      }
    }
    before.jvm.reached(header);
    if (header.isFinished()) {
      growing.remove(header.identity());
      done.put(header.identity(), before.jvm);
    }
  }
}
