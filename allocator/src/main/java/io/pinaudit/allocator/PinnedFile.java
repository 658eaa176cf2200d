package io.pinaudit.allocator;

import io.pinaudit.allocator.DeferredActions.Action;
import io.pinaudit.allocator.storage.MappingCache;
import io.pinaudit.allocator.storage.OpenFile;
import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * An ordinary mapped file whose truncate, punch, delete, replace and close honour the pins on its
 * mappings. Safe for any thread.
 *
 * {@snippet :
 * try (PinnedFile file = PinnedFile.open(path, PoolOptions.defaults())) {
 *   try (Pin pin = file.pin(0, 65536, "load")) {
 *     disk.read(pin.buffer(), position);
 *   }
 *   file.truncate(0);
 * }
 * }
 *
 * <p>Each of these operations returns true if it was done, and false if it meets pins with the
 * policy DEFER: then the thread that closes the last of those pins does it (a failure is logged).
 * If a pin has the policy WAIT the operation waits for it, and throws a {@link
 * StillPinnedException} if that is in vain. Deferred operations are done in the order in which they
 * were asked for, and their ranges cannot be pinned meanwhile. Pins with the policy COPY hold up
 * the close only: when they are closed they write back, like a write that comes after a punch or a
 * replace; what was cut off stays cut off.
 *
 * <p>On a DAX file system each operation waits for all pins of the file, because the kernel does.
 * It is done when no pin has been open for a tenth of a second, because the kernel may hold the
 * pages of a completed I/O for so long.
 */
public final class PinnedFile implements AutoCloseable {
  private final Path path;
  private final PinPolicy policy;
  private final OpenFile open;
  private final LinuxFile descriptor;
  private final RandomAccessFile file;

  /** The channel that the application uses. */
  private final FileChannel channel;

  private final MappingCache mappings;
  private final DeferredActions actions;

  private PinnedFile(Path path, PoolOptions options, OpenFile open) throws IOException {
    this.path = path;
    this.policy = options.policy();
    this.open = open;
    this.descriptor = open.descriptor();
    this.file = open.file();
    this.channel =
        FileChannel.open(descriptor.alias(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.mappings = new MappingCache(open.mapper());
    this.actions = new DeferredActions(toString(), options, descriptor.isDax());
  }

  /**
   * Opens an existing file for reading and writing; of the options, policy, patience, tracing and
   * leak reports count.
   *
   * @throws NoSuchFileException if there is none
   * @throws AccessDeniedException if this process may not read and write it
   * @throws FileSystemException if it is not a regular file: a folder, a device, a pipe
   */
  public static PinnedFile open(Path path, PoolOptions options) throws IOException {
    OpenFile open = OpenFile.open(path);
    try {
      return new PinnedFile(path, options, open);
    } catch (Throwable e) {
      open.close();
      throw e;
    }
  }

  /**
   * Returns the file for reading and writing; it must not be truncated through this channel. As any
   * {@link FileChannel} it is closed when a thread that uses it is interrupted; everything else
   * here goes on.
   */
  public FileChannel channel() {
    return channel;
  }

  /** Maps a range of at least a byte, which must lie inside the file, until the file is closed. */
  public MemorySegment map(long offsetBytes, long lengthBytes) throws IOException {
    synchronized (actions.lock()) {
      MappingCache.Mapped mapped = mapped(offsetBytes, lengthBytes);
      mapped.lend();
      return mapped.slice(offsetBytes, lengthBytes);
    }
  }

  private MappingCache.Mapped mapped(long offsetBytes, long lengthBytes) throws IOException {
    actions.requireOpen();
    if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes > file.length() - lengthBytes) {
      throw new IndexOutOfBoundsException(
          "range %d+%d outside the %d bytes of %s"
              .formatted(offsetBytes, lengthBytes, file.length(), this));
    }
    return mappings.of(offsetBytes, lengthBytes);
  }

  /** Maps and pins a range of at least a byte, which must lie inside the file. */
  public Pin pin(long offsetBytes, long lengthBytes, String name) throws IOException {
    return pin(PinOptions.named(name).range(offsetBytes, lengthBytes));
  }

  /**
   * Maps and pins the options' range.
   *
   * @throws IllegalStateException if the file is closed, or something deferred waits for the range
   */
  public Pin pin(PinOptions how) throws IOException {
    PinPolicy mine = how.policy().orElse(policy);
    synchronized (actions.lock()) {
      actions.requireOpen();
      long from = how.offsetBytes();
      long length = how.lengthBytes() < 0 ? file.length() - from : how.lengthBytes();
      MappingCache.Mapped mapped = mapped(from, length);
      actions.requireUnclaimed(from, from + length);
      RangeLease lease = new RangeLease(actions, mapped, from, from + length);
      Pin pin = actions.holders().pin(lease, mine, how.range(0, length), lease.range());
      actions.pinned(lease);
      return pin;
    }
  }

  /**
   * Shortens the file; a length that is not less than its own changes nothing. The memory mapped
   * beyond is zeros from then on: what the file has there when it grows again is to be mapped anew.
   *
   * @return whether it is done already; if not, whoever closes the last pin does it
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   */
  public boolean truncate(long lengthBytes) throws IOException {
    return perform(truncation(lengthBytes));
  }

  /**
   * Does what {@link #truncate} does, but never waits. The stage is completed when it is done or
   * has failed.
   */
  public CompletionStage<Void> truncateAsync(long lengthBytes) {
    return begin(truncation(lengthBytes));
  }

  private Action truncation(long lengthBytes) {
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("length " + lengthBytes + ", expected at least 0");
    }
    return new Action(
        "truncate to " + lengthBytes,
        lengthBytes,
        Long.MAX_VALUE,
        () -> {
          mappings.cover(lengthBytes);
          if (lengthBytes < file.length()) {
            file.setLength(lengthBytes);
          }
          return true;
        });
  }

  /**
   * Gives the blocks of a range back to the file system; the range reads as zeros then. Blocks of
   * which it has a part only are kept, and zeroed there.
   *
   * @return whether it is done already; if not, whoever closes the last pin does it
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   */
  public boolean punch(long offsetBytes, long lengthBytes) throws IOException {
    return perform(punching(offsetBytes, lengthBytes));
  }

  /**
   * Does what {@link #punch} does, but never waits. The stage is completed when it is done or has
   * failed.
   */
  public CompletionStage<Void> punchAsync(long offsetBytes, long lengthBytes) {
    return begin(punching(offsetBytes, lengthBytes));
  }

  private Action punching(long offsetBytes, long lengthBytes) {
    if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes > Long.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException(
          "range %d+%d, expected an offset from 0 on and a length from 1 on"
              .formatted(offsetBytes, lengthBytes));
    }
    return new Action(
        "punch of %d+%d".formatted(offsetBytes, lengthBytes),
        offsetBytes,
        offsetBytes + lengthBytes,
        () -> {
          if (!descriptor.punch(offsetBytes, lengthBytes)) {
            throw new IOException("the file system of " + path + " cannot punch holes");
          }
          return true;
        });
  }

  /**
   * Deletes the file, if nobody has by then. It stays usable here until it is closed.
   *
   * @return whether it is done already; if not, whoever closes the last pin does it
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   * @throws IOException also if there is another file of its name by now: that is left alone
   */
  public boolean delete() throws IOException {
    return perform(deletion());
  }

  /**
   * Does what {@link #delete} does, but never waits. The stage is completed when it is done or has
   * failed.
   */
  public CompletionStage<Void> deleteAsync() {
    return begin(deletion());
  }

  private Action deletion() {
    return new Action(
        "delete",
        0,
        Long.MAX_VALUE,
        () -> {
          requireOwnName();
          Files.deleteIfExists(path);
          return true;
        });
  }

  /**
   * Puts another file in the place of this one, rename(2). This one stays usable here.
   *
   * @return whether it is done already; if not, whoever closes the last pin does it
   * @throws StillPinnedException if it waited in vain; nothing is changed then
   * @throws IOException also if there is another file of its name by now: that is left alone
   */
  public boolean replace(Path with) throws IOException {
    return perform(replacement(with));
  }

  /**
   * Does what {@link #replace} does, but never waits. The stage is completed when it is done or has
   * failed.
   */
  public CompletionStage<Void> replaceAsync(Path with) {
    return begin(replacement(with));
  }

  private Action replacement(Path with) {
    return new Action(
        "replacement by " + with,
        0,
        Long.MAX_VALUE,
        () -> {
          requireOwnName();
          Files.move(with, path, StandardCopyOption.ATOMIC_MOVE);
          return true;
        });
  }

  /**
   * Throws if the path names another file by now: a deferred action may come long after the name
   * was given away.
   */
  private void requireOwnName() throws IOException {
    if (Files.exists(path) && !Files.isSameFile(path, descriptor.alias())) {
      throw new IOException(path + " is another file than the one that was opened");
    }
  }

  /**
   * Returns the pins that are open now, as far as they are known; works after {@link #close} as
   * well.
   */
  public List<PinReport> pins() {
    synchronized (actions.lock()) {
      return actions.pins();
    }
  }

  /**
   * Returns how many bytes of the file wait for pins to be cut off, punched, deleted or replaced;
   * works after {@link #close} as well.
   */
  public long deferredBytes() throws IOException {
    synchronized (actions.lock()) {
      return actions.isEnded() ? 0 : actions.deferredBytes(file.length());
    }
  }

  /**
   * Unmaps and closes the file, by the policy of its pins. Closing again does nothing.
   *
   * @throws StillPinnedException if it waited in vain; the file is open then
   * @throws IllegalStateException if a call uses a mapping without a pin: the file is closed, and
   *     unmapped when the call is over; see {@link #awaitClosed}
   */
  @Override
  public void close() throws IOException {
    synchronized (actions.lock()) {
      actions.close(this::closes);
    }
  }

  /**
   * Does what {@link #close} does, but never waits, whatever the policy of the pins. The stage is
   * completed when everything is unmapped and closed.
   */
  public CompletionStage<Void> closeAsync() {
    synchronized (actions.lock()) {
      actions.beginClose(this::closes);
      return actions.end().stage();
    }
  }

  /**
   * Waits until everything is unmapped and closed.
   *
   * @return false if it is not when so much time is over, or the thread is interrupted
   */
  public boolean awaitClosed(Duration patience) {
    synchronized (actions.lock()) {
      return actions.awaitEnd(patience);
    }
  }

  /** Closes the file; returns false if a call uses a mapping without a pin just now. */
  private boolean closes() throws IOException {
    channel.close();
    if (!mappings.unmapAll()) {
      return false;
    }
    open.close();
    return true;
  }

  private boolean perform(Action action) throws IOException {
    synchronized (actions.lock()) {
      return actions.perform(action);
    }
  }

  private CompletionStage<Void> begin(Action action) {
    synchronized (actions.lock()) {
      actions.begin(action);
      return action.completion().stage();
    }
  }

  @Override
  public String toString() {
    return "file \"" + path + "\"";
  }
}
