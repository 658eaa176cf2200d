package io.pinaudit.allocator.storage;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The file of a pool: its lock, its length and its mappings. The pool's lock guards it, except for
 * {@link #punch}, {@link #allocate} and {@link Medium#force}.
 */
public final class PoolFile implements PoolImage.Source, Medium, AutoCloseable {
  static final long FIRST_LOG_BYTES = 64 << 10;
  public static final long LEAST_BYTES = 256 << 10;
  private static final long MOST_BYTES = 1L << 60;
  private static final long MOST_ZEROS_BYTES = 1 << 20;
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  private final Path path;
  private final OpenFile open;

  // The parts of the open file.
  private final LinuxFile descriptor;
  private final RandomAccessFile file;
  private final Mapper mapper;

  private final List<Mapping> older = new ArrayList<>();

  /**
   * Whether fallocate(2) waits for pins anywhere in the file: it does on xfs with DAX, where a
   * write does not.
   */
  private final boolean allocatingWaits;

  /** Whether each byte of the file is known to have a block; no hole is made after that. */
  private volatile boolean whole;

  /** The number of flushes in progress, which keep all mappings alive. */
  private int flushes;

  private volatile Mapping current;

  private PoolFile(Path path, OpenFile open) throws IOException {
    this.path = path;
    this.open = open;
    this.descriptor = open.descriptor();
    this.file = open.file();
    this.mapper = open.mapper();
    this.allocatingWaits = descriptor.isDax() && Files.getFileStore(path).type().equals("xfs");
  }

  /**
   * Makes an empty pool in a file without a name, and names it only when it is whole; does nothing
   * if there is a file of that name by then.
   */
  public static void create(Path path, long lengthBytes) throws IOException {
    long length = FreeMap.alignUp(lengthBytes, FreeMap.BLOCK_BYTES);
    if (length < LEAST_BYTES || length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "length %d of a new pool, expected %d to %d"
              .formatted(lengthBytes, LEAST_BYTES, MOST_BYTES));
    }
    try {
      Mapper.despiteInterrupts(() -> createWhole(path, length));
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("pool \"%s\" cannot be created: %s".formatted(path, e), e);
    }
  }

  private static Void createWhole(Path path, long length) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "no folder for a pool");
    }
    Optional<LinuxFile> nameless = LinuxFile.createNameless(folder);
    if (nameless.isPresent()) {
      try (LinuxFile file = nameless.get()) {
        writeEmptyPool(file, length);
        name(path, () -> file.link(path));
      }
    } else {
      createFromDraft(path, length);
    }
    try (FileChannel directory = FileChannel.open(folder)) {
      directory.force(true);
    }
    return null;
  }

  /** Where a file cannot be without a name; a crash leaves the draft behind. */
  private static void createFromDraft(Path path, long length) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(folder, "." + path.getFileName(), ".creating");
    try (LinuxFile file = LinuxFile.open(draft)) {
      writeEmptyPool(file, length);
      name(path, () -> Files.createLink(path, draft));
    } finally {
      Files.delete(draft);
    }
  }

  private static void writeEmptyPool(LinuxFile file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file.alias(), StandardOpenOption.WRITE)) {
      if (!file.allocate(0, length)) {
        channel.write(ByteBuffer.allocate(1), length - 1);
      }
      new Superblock(UUID.randomUUID(), 0, length, Superblock.HEADER_BYTES, FIRST_LOG_BYTES, 0, 1)
          .write(new ChannelMedium(channel));
      channel.force(true);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private interface Naming {
    void run() throws IOException;
  }

  private static void name(Path path, Naming naming) throws IOException {
    try {
      naming.run();
    } catch (FileAlreadyExistsException e) {
      LOGGER.log(Level.DEBUG, "{0} was created by another process meanwhile", path);
    }
  }

  /** Opens and locks an existing file; changes nothing. */
  public static PoolFile open(Path path) throws IOException {
    OpenFile open = OpenFile.open(path);
    try {
      if (!open.descriptor().tryLock()) {
        throw new IOException(path + ": the pool is open already, in this process or another");
      }
      return new PoolFile(path, open);
    } catch (Throwable e) {
      open.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public long length() throws IOException {
    return file.length();
  }

  @Override
  public ByteBuffer read(long offset, long length) throws IOException {
    try {
      return mapper.use(channel -> read(channel, offset, length));
    } catch (IOException e) {
      throw new IOException("%s cannot be read at %d: %s".formatted(this, offset, e), e);
    }
  }

  private static ByteBuffer read(FileChannel channel, long offset, long length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate((int) length);
    int count = 0;
    while (into.hasRemaining() && count >= 0) {
      count = channel.read(into, offset + into.position());
    }
    return into.flip();
  }

  /** Maps the file up to this length, from here on through a new mapping. */
  public void map(long lengthBytes) throws IOException {
    Mapping old = current;
    current = mapper.use(channel -> Mapping.of(channel, lengthBytes));
    if (old != null) {
      older.add(old);
      closeUnused();
    }
  }

  /** Maps a part once more, for as long as an arena lives. */
  public MemorySegment map(long offset, long length, Arena arena) throws IOException {
    return mapper.use(channel -> channel.map(MapMode.READ_WRITE, offset, length, arena));
  }

  public Mapping current() {
    return current;
  }

  /** Takes off a region that used the mapping and is no longer in use. */
  public void release(Mapping mapping) {
    mapping.users--;
    if (mapping.users == 0 && mapping != current) {
      closeUnused();
    }
  }

  public void beginFlush() {
    flushes++;
  }

  public void endFlush() {
    flushes--;
    closeUnused();
  }

  private void closeUnused() {
    if (flushes == 0 && !older.isEmpty()) {
      older.removeIf(mapping -> mapping.users == 0 && unmap(mapping));
    }
  }

  /** Unmaps it; returns false if a call uses it without a pin just now: then it is tried again. */
  private boolean unmap(Mapping mapping) {
    try {
      mapping.close();
      return true;
    } catch (IllegalStateException e) {
      LOGGER.log(Level.DEBUG, "{0} stays mapped: {1}", path, e.getMessage());
      return false;
    }
  }

  public boolean isDax() throws IOException {
    return descriptor.isDax();
  }

  /** Returns whether the file system says that the file can be so long. */
  boolean hasRoomFor(long lengthBytes) throws IOException {
    return lengthBytes - file.length() <= descriptor.alias().toFile().getUsableSpace();
  }

  /**
   * Makes the file this long, with blocks of its own where the file system can promise them, and
   * maps it. If that fails, the file is as long as before.
   *
   * @param presentBytes how long the pool is
   */
  void grow(long presentBytes, long lengthBytes) throws IOException {
    requireWhole(presentBytes);
    long before = file.length();
    try {
      if (before < lengthBytes) {
        extend(before, lengthBytes);
      }
      map(lengthBytes);
    } catch (IOException e) {
      IOException located =
          new IOException("%s cannot grow to %d bytes: %s".formatted(this, lengthBytes, e), e);
      giveUp(before, located);
      throw located;
    }
  }

  private void extend(long before, long lengthBytes) throws IOException {
    if (allocatingWaits) {
      writeZeros(before, lengthBytes - before);
    } else if (!descriptor.allocate(before, lengthBytes - before)) {
      whole = false;
      file.setLength(lengthBytes);
    }
    file.getFD().sync();
  }

  /**
   * Throws if somebody else has cut the file. Whoever makes it longer again would hide that the
   * bytes of extents are lost.
   */
  private void requireWhole(long lengthBytes) throws IOException {
    if (file.length() < lengthBytes) {
      throw new IOException(
          "%s has %d bytes, expected at least %d: it was truncated by somebody else"
              .formatted(this, file.length(), lengthBytes));
    }
  }

  /** Takes away what the file system gave before the failure. */
  private void giveUp(long before, IOException failed) {
    try {
      // On DAX this could wait for pins while the pool's lock is held; the next open does it
      // there.
      if (!descriptor.isDax() && file.length() > before) {
        file.setLength(before);
      }
    } catch (IOException e) {
      failed.addSuppressed(e);
    }
  }

  /** Fills the holes that an earlier user of the file, or its copying, has left. */
  void fillHoles(long lengthBytes) {
    try {
      if (!allocatingWaits) {
        whole = descriptor.fill(0, lengthBytes);
      }
    } catch (IOException e) {
      LOGGER.log(
          Level.WARNING, "{0} has holes, and no room for them: writes may fail: {1}", this, e);
    }
  }

  /** Takes the file from under the ends of all mappings, then shortens it. */
  public void truncate(long lengthBytes) throws IOException {
    requireWhole(lengthBytes);
    try {
      for (Mapping mapping : older) {
        mapping.cover(lengthBytes);
      }
      if (current != null) {
        current.cover(lengthBytes);
      }
      file.setLength(lengthBytes);
    } catch (IOException e) {
      throw new IOException("%s cannot be cut to %d bytes: %s".formatted(this, lengthBytes, e), e);
    }
  }

  /**
   * Gives a region that has no contents blocks of its own, where the file system can. For a long
   * region that may take long; so a file that is known to have no holes is not asked.
   */
  public void allocate(Region<?> region) throws IOException {
    if (allocatingWaits) {
      writeZeros(region.offset, region.length);
    } else if (!whole) {
      descriptor.fill(region.offset, region.length);
    }
  }

  /** Gives a region that has contents the blocks that it lacks; false if that cannot be told. */
  public boolean fill(Region<?> region) throws IOException {
    return !allocatingWaits && descriptor.fill(region.offset, region.length);
  }

  private void writeZeros(long offset, long length) throws IOException {
    byte[] zeros = new byte[(int) Math.min(length, MOST_ZEROS_BYTES)];
    synchronized (file) {
      file.seek(offset);
      for (long left = length; left > 0; left -= zeros.length) {
        file.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    }
  }

  public void punch(Region<?> region) throws IOException {
    descriptor.punch(region.offset, region.length);
  }

  @Override
  public void write(long offset, MemorySegment bytes) {
    MemorySegment.copy(bytes, 0, current.memory, offset, bytes.byteSize());
  }

  @Override
  public void force(long offset, long length) {
    if (length > 0) {
      current.memory.asSlice(offset, length).force();
    }
  }

  /** Returns whether the file is mapped, and not closed yet; for any thread. */
  public boolean isOpen() {
    return current != null;
  }

  public boolean synchronous() {
    return current.synchronous;
  }

  /** Unmaps everything; false if a call uses a mapping, without a pin, just now. */
  public boolean unmaps() {
    if (current != null) {
      older.add(current);
      current = null;
    }
    older.removeIf(this::unmap);
    return older.isEmpty();
  }

  /** Ends the lock, too; to be called when it is unmapped. */
  @Override
  public void close() throws IOException {
    unmaps();
    open.close();
  }

  @Override
  public String toString() {
    return "pool \"" + path + "\"";
  }

  /** A file that is not mapped yet. */
  private record ChannelMedium(FileChannel channel) implements Medium {
    @Override
    public void write(long offset, MemorySegment bytes) {
      try {
        channel.write(bytes.asByteBuffer(), offset);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void force(long offset, long length) {
      try {
        channel.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
