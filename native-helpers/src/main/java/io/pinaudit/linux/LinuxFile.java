package io.pinaudit.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A file with its own descriptor, for operations that the JDK's channels lack: flock(2) and
 * fallocate(2). Safe for any thread.
 */
@SuppressWarnings("restricted")
public final class LinuxFile implements AutoCloseable {
  // asm-generic/fcntl.h: O_RDWR is 2, O_CLOEXEC 02000000
  private static final int OPEN_FLAGS = 02 | 02_000_000;
  private static final int O_NOFOLLOW = 0_400_000; // asm-generic/fcntl.h
  private static final int NEW = 0100 | 0200; // O_CREAT, O_EXCL in asm-generic/fcntl.h
  private static final int USUAL_MODE = 0666;
  private static final int TMPFILE = 020_200_000; // O_TMPFILE in asm-generic/fcntl.h
  private static final int OWNER_ONLY = 0600;
  private static final int AT_FDCWD = -100; // linux/fcntl.h
  private static final int AT_SYMLINK_FOLLOW = 0x400; // linux/fcntl.h
  private static final int LOCK_EX_NB = 2 | 4; // linux/fcntl.h
  private static final int KEEP_SIZE = 1; // linux/falloc.h
  private static final int PUNCH_HOLE = 2; // linux/falloc.h
  private static final int AT_EMPTY_PATH = 0x1000; // linux/fcntl.h
  private static final long STATX_BYTES = 256; // struct statx in linux/stat.h, and what is in it
  private static final long STX_ATTRIBUTES = 8;
  private static final long STATX_ATTR_DAX = 0x20_0000;
  private static final int PROT_READ_WRITE = 1 | 2; // asm-generic/mman-common.h
  // asm-generic/mman-common.h and mman.h: PRIVATE, FIXED, ANONYMOUS, NORESERVE
  private static final int COVER_FLAGS = 0x2 | 0x10 | 0x20 | 0x4000;
  // asm-generic/errno-base.h and errno.h
  private static final int EINTR = 4;
  private static final int EWOULDBLOCK = 11;
  private static final int EEXIST = 17;
  private static final int ENOSYS = 38;
  private static final int EOPNOTSUPP = 95;

  private static final MethodHandle OPEN =
      LibC.function(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LibC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle FLOCK =
      LibC.function("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle FALLOCATE =
      LibC.function(
          "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle STATX =
      LibC.function(
          "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle LINKAT =
      LibC.function(
          "linkat",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle MMAP =
      LibC.function(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  private final Path path;
  private final int fd;

  /** Held for writing by close: a descriptor number may soon be another file's. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  private LinuxFile(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Opens an existing file for reading and writing. */
  public static LinuxFile open(Path path) throws IOException {
    return open(path, OPEN_FLAGS);
  }

  /**
   * Opens an existing file for reading and writing, but no symbolic link: for folders in which
   * others may put one.
   */
  public static LinuxFile openNoLink(Path path) throws IOException {
    return open(path, OPEN_FLAGS | O_NOFOLLOW);
  }

  /**
   * Creates a file for reading and writing, with the usual rights.
   *
   * @throws FileAlreadyExistsException if there is a file of that name, or a link
   */
  public static LinuxFile create(Path path) throws IOException {
    return open(path, OPEN_FLAGS | NEW);
  }

  private static LinuxFile open(Path path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      MemorySegment name = arena.allocateFrom(path.toString());
      int fd = (int) OPEN.invokeExact(state, name, flags, USUAL_MODE);
      if (fd < 0 && LibC.errno(state) == EEXIST) {
        throw new FileAlreadyExistsException(path.toString());
      }
      if (fd < 0) {
        throw LibC.failure("open(\"" + path + "\", 0%o)".formatted(flags), LibC.errno(state));
      }
      return new LinuxFile(path, fd);
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Makes a file without a name, for its owner only, which is gone with its descriptor unless it
   * gets a name by {@link #link}. Empty if it cannot be made in this folder, for whatever reason:
   * not all file systems can.
   */
  public static Optional<LinuxFile> createNameless(Path folder) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      MemorySegment name = arena.allocateFrom(folder.toString());
      int fd = (int) OPEN.invokeExact(state, name, OPEN_FLAGS | TMPFILE, OWNER_ONLY);
      return fd < 0 ? Optional.empty() : Optional.of(new LinuxFile(folder, fd));
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Names a file that was made without a name.
   *
   * @throws FileAlreadyExistsException if there is a file of that name
   */
  public void link(Path as) throws IOException {
    use.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      requireOpen();
      MemorySegment from = arena.allocateFrom(alias().toString());
      MemorySegment to = arena.allocateFrom(as.toString());
      int result = (int) LINKAT.invokeExact(state, AT_FDCWD, from, AT_FDCWD, to, AT_SYMLINK_FOLLOW);
      if (result < 0 && LibC.errno(state) == EEXIST) {
        throw new FileAlreadyExistsException(as.toString());
      }
      if (result < 0) {
        throw LibC.failure("linkat(\"" + alias() + "\", \"" + as + "\")", LibC.errno(state));
      }
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Returns another path of the open file, even if its own path is gone; use it to open the file
   * once more.
   */
  public Path alias() {
    return Path.of("/proc/self/fd/" + fd);
  }

  /** Returns the number of the open file, for calls of this package. */
  int descriptor() {
    return fd;
  }

  /**
   * Takes the file's exclusive flock(2), which ends with this descriptor or its process; returns
   * false if another descriptor, of this process or another, has the lock.
   *
   * <p>Unlike {@code FileChannel.lock} it is not lost when some other descriptor of the file is
   * closed.
   */
  public boolean tryLock() throws IOException {
    use.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      requireOpen();
      int result = (int) FLOCK.invokeExact(state, fd, LOCK_EX_NB);
      if (result == 0) {
        return true;
      }
      if (LibC.errno(state) == EWOULDBLOCK) {
        return false;
      }
      throw LibC.failure("flock(" + fd + " \"" + path + "\", LOCK_EX|LOCK_NB)", LibC.errno(state));
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Returns whether the file is on a DAX file system and used without page cache, so that pinned
   * pages are the blocks of the file. Returns false on kernels before 5.8, which do not tell.
   */
  public boolean isDax() throws IOException {
    use.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      MemorySegment status = arena.allocate(STATX_BYTES, Long.BYTES);
      requireOpen();
      int result =
          (int) STATX.invokeExact(state, fd, arena.allocateFrom(""), AT_EMPTY_PATH, 0, status);
      if (result < 0) {
        throw LibC.failure(
            "statx(%d \"%s\", \"\", AT_EMPTY_PATH, 0)".formatted(fd, path), LibC.errno(state));
      }
      return (status.get(JAVA_LONG, STX_ATTRIBUTES) & STATX_ATTR_DAX) != 0;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Allocates blocks for a range, and makes the file longer if needed; returns false if the file
   * system cannot.
   */
  public boolean allocate(long offsetBytes, long lengthBytes) throws IOException {
    return fallocate(0, offsetBytes, lengthBytes);
  }

  /**
   * Allocates blocks for a range and keeps the file's length; returns false if the file system
   * cannot.
   */
  public boolean fill(long offsetBytes, long lengthBytes) throws IOException {
    return fallocate(KEEP_SIZE, offsetBytes, lengthBytes);
  }

  /**
   * Frees the blocks of a range and keeps the file's length; returns false if the file system
   * cannot. The range then reads as zeros.
   */
  public boolean punch(long offsetBytes, long lengthBytes) throws IOException {
    return fallocate(PUNCH_HOLE | KEEP_SIZE, offsetBytes, lengthBytes);
  }

  private boolean fallocate(int mode, long offsetBytes, long lengthBytes) throws IOException {
    use.readLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      requireOpen();
      while ((int) FALLOCATE.invokeExact(state, fd, mode, offsetBytes, lengthBytes) < 0) {
        int errno = LibC.errno(state);
        if (errno == EOPNOTSUPP || errno == ENOSYS) {
          return false;
        }
        if (errno != EINTR) {
          throw LibC.failure(
              "fallocate(%d \"%s\", %d, %d, %d)"
                  .formatted(fd, path, mode, offsetBytes, lengthBytes),
              errno);
        }
      }
      return true;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Replaces a part of a mapping by private memory of zeros, with mmap(2) and MAP_FIXED. This part
   * of the file is then unmapped, and a stale access to it is harmless. The addresses go with the
   * rest of the mapping when that is unmapped.
   *
   * @param mapping from a page's beginning; it has to stay alive meanwhile
   * @param offsetBytes offset of the part in the mapping, at a page's beginning
   * @param lengthBytes a multiple of the page size; beyond the mapping to the end of its last page
   */
  public static void cover(MemorySegment mapping, long offsetBytes, long lengthBytes)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      long address = mapping.address() + offsetBytes;
      long result =
          (long)
              MMAP.invokeExact(state, address, lengthBytes, PROT_READ_WRITE, COVER_FLAGS, -1, 0L);
      if (result != address) {
        throw LibC.failure(
            "mmap(0x%x, %d, MAP_FIXED|MAP_ANONYMOUS)".formatted(address, lengthBytes),
            LibC.errno(state));
      }
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /** Closes the descriptor, which also ends the lock. */
  @Override
  public void close() throws IOException {
    use.writeLock().lock();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      if (closed) {
        return;
      }
      closed = true;
      if ((int) CLOSE.invokeExact(state, fd) < 0 && LibC.errno(state) != EINTR) {
        throw LibC.failure("close(" + fd + " \"" + path + "\")", LibC.errno(state));
      }
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    } finally {
      use.writeLock().unlock();
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
