package io.pinaudit.allocator;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
 * <p>Each of them returns true if it was done, and false if it meets pins with the policy DEFER:
 * then whoever closes the last of those does it (a failure is logged). Where a pin's policy is WAIT
 * they wait, and throw a {@link StillPinnedException} if that is in vain. What is deferred is done
 * in the order in which it was asked for, and its range cannot be pinned meanwhile. Pins with the
 * policy COPY hold up the close only: they write back when they are closed, as a write does that
 * comes after a punch or a replace; what was cut off stays so.
 *
 * <p>On a DAX file system each of them meets all pins of the file, since the kernel waits for all,
 * and is done when none was open for a tenth of a second, since the kernel may hold the pages of a
 * completed I/O for so long.
 */
public final class PinnedFile implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  /** Where the range of a close begins: before any other. */
  private static final long EVERYTHING = Long.MIN_VALUE;

  /** So many are kept for the next pin, beside those that are in use. */
  private static final int MOST_MAPPINGS = 64;

  /** What is done to the file, in the end. */
  private interface Action {
    void run() throws IOException;
  }

  private record Deferred(String what, long from, long to, Action action) {
    boolean meets(long otherFrom, long otherTo) {
      return from < otherTo && otherFrom < to;
    }
  }

  private static final class Mapped {
    private final Arena arena;
    private final MemorySegment memory;
    private final long offset;

    /**
     * How much of it is the file's: a truncate takes the rest away, also if the file grows again.
     */
    private long fileBytes;

    /** How many leases use it. */
    private int pins;

    /** Whether the application has it until the file is closed. */
    private boolean lent;

    Mapped(Arena arena, MemorySegment memory, long offset) {
      this.arena = arena;
      this.memory = memory;
      this.offset = offset;
      this.fileBytes = memory.byteSize();
    }

    MemorySegment slice(long fileOffset, long lengthBytes) {
      return memory.asSlice(fileOffset - offset, lengthBytes);
    }

    boolean unmapsIfIdle() {
      return !lent && pins == 0 && unmaps();
    }

    /** False if a channel reads or writes through it, without a pin, just now. */
    boolean unmaps() {
      try {
        arena.close();
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }
  }

  private final Path path;
  private final PoolOptions options;
  private final LinuxFile descriptor;

  /** Changes the file; {@link #channel} is closed when a thread that uses it is interrupted. */
  private final RandomAccessFile file;

  private final Mapper mapper;

  /** The application's. */
  private final FileChannel channel;

  private final Holders holders;

  /** Whether the file system waits for pins anywhere in the file. */
  private final boolean waitsForPins;

  private final CopyBuffers copies = new CopyBuffers();

  /** Guards all below. */
  private final Object lock = new Object();

  private final Set<RangeLease> pinned = new LinkedHashSet<>();
  private final List<Deferred> deferred = new ArrayList<>();
  private final List<Mapped> mappings = new ArrayList<>();
  private boolean closed;
  private boolean retrying;

  private PinnedFile(Path path, PoolOptions options, LinuxFile descriptor) throws IOException {
    this.path = path;
    this.options = options;
    this.descriptor = descriptor;
    this.file = new RandomAccessFile(descriptor.alias().toFile(), "rw");
    this.mapper = new Mapper(descriptor);
    this.channel =
        FileChannel.open(descriptor.alias(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.holders = options.holders();
    this.waitsForPins = options.waitsForPins(descriptor.isDax());
  }

  /** Opens an existing file; of the options, policy, patience, tracing and leak reports count. */
  public static PinnedFile open(Path path, PoolOptions options) throws IOException {
    LinuxFile descriptor = LinuxFile.open(path);
    try {
      return new PinnedFile(path, options, descriptor);
    } catch (Throwable e) {
      descriptor.close();
      throw e;
    }
  }

  /**
   * The file, for reading and writing; not to be truncated through it. It is closed when a thread
   * that uses it is interrupted, as any {@link FileChannel}; the rest of this goes on.
   */
  public FileChannel channel() {
    return channel;
  }

  /** Maps a range of at least a byte, which must lie inside the file, until the file is closed. */
  public MemorySegment map(long offsetBytes, long lengthBytes) throws IOException {
    synchronized (lock) {
      Mapped mapped = mapped(offsetBytes, lengthBytes);
      mapped.lent = true;
      return mapped.slice(offsetBytes, lengthBytes);
    }
  }

  private Mapped mapped(long offsetBytes, long lengthBytes) throws IOException {
    requireOpen();
    if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes > file.length() - lengthBytes) {
      throw new IndexOutOfBoundsException(
          "range %d+%d outside the %d bytes of %s"
              .formatted(offsetBytes, lengthBytes, file.length(), this));
    }
    for (Mapped mapped : mappings) {
      if (mapped.offset <= offsetBytes
          && offsetBytes + lengthBytes <= mapped.offset + mapped.fileBytes) {
        return mapped;
      }
    }
    unmapIdle();
    // Whole pages, so that a truncate can take the file from under the mapping's end.
    long from = offsetBytes / FreeMap.BLOCK_BYTES * FreeMap.BLOCK_BYTES;
    Arena arena = Arena.ofShared();
    MemorySegment memory =
        mapper.use(
            channel ->
                channel.map(MapMode.READ_WRITE, from, offsetBytes + lengthBytes - from, arena));
    Mapped mapped = new Mapped(arena, memory, from);
    mappings.add(mapped);
    return mapped;
  }

  /** Makes room for a mapping: a process may have some 65,000 of them, and a log has no end. */
  private void unmapIdle() {
    if (mappings.size() >= MOST_MAPPINGS) {
      Iterator<Mapped> all = mappings.iterator();
      boolean unmapped = false;
      while (!unmapped && all.hasNext()) {
        unmapped = all.next().unmapsIfIdle();
        if (unmapped) {
          all.remove();
        }
      }
    }
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
    PinPolicy policy = how.policy().orElse(options.policy());
    synchronized (lock) {
      requireOpen();
      long length = how.lengthBytes() < 0 ? file.length() - how.offsetBytes() : how.lengthBytes();
      Mapped mapped = mapped(how.offsetBytes(), length);
      long end = how.offsetBytes() + length;
      for (Deferred waiting : deferred) {
        if (waiting.meets(how.offsetBytes(), end)) {
          throw new IllegalStateException(
              "range %d+%d of %s is waiting to be freed by: %s"
                  .formatted(how.offsetBytes(), length, this, waiting.what));
        }
      }
      RangeLease lease = new RangeLease(how.offsetBytes(), end, mapped);
      Pin pin =
          holders.noted(
              lease,
              policy.pinUnit,
              how.range(0, length),
              mapped.slice(how.offsetBytes(), length),
              policy == PinPolicy.COPY ? copies : null);
      // From here on the last unpin settles, and takes the range out again.
      lease.change(LeaseState::close);
      pinned.add(lease);
      mapped.pins++;
      return pin;
    }
  }

  /**
   * Shortens the file; a length that is not less than its own changes nothing. The memory mapped
   * beyond is zeros from then on: what the file has there when it grows again is to be mapped anew.
   */
  public boolean truncate(long lengthBytes) throws IOException {
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("length " + lengthBytes + ", expected at least 0");
    }
    return perform(
        "truncate to " + lengthBytes, lengthBytes, Long.MAX_VALUE, () -> cut(lengthBytes));
  }

  /**
   * Gives the blocks of a range back to the file system; the range reads as zeros then. Blocks of
   * which it has a part only are kept, and zeroed there.
   */
  public boolean punch(long offsetBytes, long lengthBytes) throws IOException {
    if (offsetBytes < 0 || lengthBytes <= 0 || offsetBytes > Long.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException(
          "range %d+%d, expected an offset from 0 on and a length from 1 on"
              .formatted(offsetBytes, lengthBytes));
    }
    return perform(
        "punch of %d+%d".formatted(offsetBytes, lengthBytes),
        offsetBytes,
        offsetBytes + lengthBytes,
        () -> {
          if (!descriptor.punch(offsetBytes, lengthBytes)) {
            throw new IOException("the file system of " + path + " cannot punch holes");
          }
        });
  }

  /**
   * Deletes the file, if nobody has by then. It stays usable here until it is closed.
   *
   * @throws IOException also if there is another file of its name by now: that is left alone
   */
  public boolean delete() throws IOException {
    return perform(
        "delete",
        0,
        Long.MAX_VALUE,
        () -> {
          requireOwnName();
          Files.deleteIfExists(path);
        });
  }

  /**
   * Puts another file in the place of this one, rename(2). This one stays usable here.
   *
   * @throws IOException also if there is another file of its name by now: that is left alone
   */
  public boolean replace(Path with) throws IOException {
    return perform(
        "replacement by " + with,
        0,
        Long.MAX_VALUE,
        () -> {
          requireOwnName();
          Files.move(with, path, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /** What was deferred may come long after the name was given to another file. */
  private void requireOwnName() throws IOException {
    if (Files.exists(path) && !Files.isSameFile(path, descriptor.alias())) {
      throw new IOException(path + " is another file than the one that was opened");
    }
  }

  /**
   * Unmaps and closes the file, by the policy of its pins. Closing again does nothing.
   *
   * @throws StillPinnedException if it waited in vain; the file is open then
   */
  @Override
  public void close() throws IOException {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      try {
        performOrDefer(new Deferred("close", EVERYTHING, Long.MAX_VALUE, this::closeAll));
      } catch (StillPinnedException e) {
        closed = false;
        throw e;
      }
    }
  }

  private boolean perform(String what, long from, long to, Action action) throws IOException {
    synchronized (lock) {
      requireOpen();
      return performOrDefer(new Deferred(what, from, to, action));
    }
  }

  private boolean performOrDefer(Deferred wanted) throws IOException {
    boolean drained =
        Lease.await(
            lock,
            () -> holding(wanted).stream().noneMatch(e -> LeaseState.waitedFor(e.word())),
            options.patience());
    if (!drained) {
      throw Lease.stillPinned(wanted.what + " of " + this, options.patience(), holding(wanted));
    }
    awaitRest();
    if (wanted.from != EVERYTHING) {
      requireOpen();
    }
    runDeferred();
    List<RangeLease> held = holding(wanted);
    if (held.isEmpty()
        && !isResting()
        && deferred.stream().noneMatch(e -> e.meets(wanted.from, wanted.to))) {
      wanted.action.run();
      return true;
    }
    deferred.add(wanted);
    held.forEach(lease -> holders.reportHoldersLater(lease, options.patience()));
    if (held.isEmpty()) {
      retryLater();
    }
    return false;
  }

  private List<RangeLease> holding(Deferred wanted) {
    return options.ignoresPins()
        ? List.of()
        : pinned.stream().filter(lease -> isHeldBy(wanted, lease)).toList();
  }

  /** Copies hold up only the close: they still have to be written back. */
  private boolean isHeldBy(Deferred wanted, RangeLease lease) {
    long word = lease.word();
    return (waitsForPins || wanted.meets(lease.from, lease.to))
        && (wanted.from == EVERYTHING ? LeaseState.pinned(word) : LeaseState.held(word));
  }

  /** Whether nothing is pinned, but the file system may still hold what was. */
  private boolean isResting() {
    return waitsForPins && holders.gate().look() == PinGate.Idle.NOT_YET;
  }

  /** Under the lock, which it lets go meanwhile. */
  private void awaitRest() {
    while (isResting() && !Thread.currentThread().isInterrupted()) {
      try {
        lock.wait(PinGate.STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Under the lock: does what nothing holds up any more, in order. */
  private void runDeferred() {
    if (isResting()) {
      retryLater();
      return;
    }
    List<Deferred> before = new ArrayList<>();
    for (Iterator<Deferred> all = deferred.iterator(); all.hasNext(); ) {
      Deferred next = all.next();
      if (holding(next).isEmpty() && before.stream().noneMatch(e -> e.meets(next.from, next.to))) {
        all.remove();
        run(next);
      } else {
        before.add(next);
      }
    }
  }

  /** Not only if it still rests: nobody else may come when it does not any more. */
  private void retryLater() {
    if (!deferred.isEmpty() && !retrying) {
      retrying = true;
      Holders.later(holders.gate().rest(), this::retry);
    }
  }

  private void retry() {
    synchronized (lock) {
      retrying = false;
      runDeferred();
    }
  }

  private void run(Deferred next) {
    try {
      next.action.run();
    } catch (IOException | RuntimeException e) {
      LOGGER.log(Level.ERROR, "deferred " + next.what + " of " + this + " failed", e);
    }
  }

  private void cut(long lengthBytes) throws IOException {
    long from = FreeMap.alignUp(lengthBytes, FreeMap.BLOCK_BYTES);
    for (Mapped mapped : mappings) {
      long keep = Math.max(0, from - mapped.offset);
      long pages = FreeMap.alignUp(mapped.memory.byteSize(), FreeMap.BLOCK_BYTES);
      if (keep < pages) {
        LinuxFile.cover(mapped.memory, keep, pages - keep);
        mapped.fileBytes = Math.min(mapped.fileBytes, keep);
      }
    }
    if (lengthBytes < file.length()) {
      file.setLength(lengthBytes);
    }
  }

  private void closeAll() throws IOException {
    try (descriptor;
        file;
        mapper;
        channel) {
      mappings.forEach(this::unmap);
      mappings.clear();
    }
  }

  private void unmap(Mapped mapped) {
    if (!mapped.unmaps()) {
      LOGGER.log(Level.WARNING, "{0} stays mapped: a call uses it without a pin", this);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  @Override
  public String toString() {
    return "file \"" + path + "\"";
  }

  private final class RangeLease extends Lease {
    private final long from;
    private final long to;
    private final Mapped mapped;

    RangeLease(long from, long to, Mapped mapped) {
      super(holders);
      this.from = from;
      this.to = to;
      this.mapped = mapped;
    }

    @Override
    Object lock() {
      return lock;
    }

    @Override
    MemorySegment memory() {
      throw new AssertionError("each pin of a file has memory of its own");
    }

    @Override
    String describe() {
      return "range %d+%d of %s".formatted(from, to - from, PinnedFile.this);
    }

    @Override
    void reclaimed() {}

    @Override
    void settled() {
      if (!LeaseState.pinned(word()) && pinned.remove(this)) {
        mapped.pins--;
      }
      runDeferred();
    }

    @Override
    void afterSettle() {}
  }
}
