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
import java.util.List;

/**
 * Registers fixed buffers with an io_uring that other code has set up. The object has its own
 * descriptor of the ring, so that it never closes or unregisters another ring. Safe for any thread.
 */
@SuppressWarnings("restricted")
public final class IoUring implements AutoCloseable {
  private static final long REGISTER = 427; // asm-generic/unistd.h: io_uring_register
  private static final int REGISTER_BUFFERS = 0; // linux/io_uring.h
  private static final int UNREGISTER_BUFFERS = 1;
  private static final int F_DUPFD_CLOEXEC = 1030; // linux/fcntl.h
  private static final long IOVEC_BYTES = 16; // struct iovec: address, length
  // asm-generic/errno-base.h and errno.h
  private static final int EFAULT = 14;
  private static final int EOPNOTSUPP = 95;

  private static final MethodHandle FCNTL =
      LibC.function(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      LibC.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SYSCALL =
      LibC.function(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
          Linker.Option.firstVariadicArg(1));

  private final int fd;
  private boolean closed;

  private IoUring(int fd) {
    this.fd = fd;
  }

  /**
   * Returns the ring that a descriptor names now.
   *
   * @param ring the descriptor that io_uring_setup(2) returned; it remains the caller's to close
   */
  public static IoUring of(int ring) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      int fd = (int) FCNTL.invokeExact(state, ring, F_DUPFD_CLOEXEC, 0);
      if (fd < 0) {
        throw LibC.failure("fcntl(" + ring + ", F_DUPFD_CLOEXEC)", LibC.errno(state));
      }
      return new IoUring(fd);
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Registers buffers, io_uring_register(2) with IORING_REGISTER_BUFFERS: the kernel holds their
   * pages until {@link #close}.
   *
   * @param buffers at most 16,384, of at most 1 GiB each; they have to stay mapped
   * @throws UnsupportedOperationException if the kernel does not hold memory of this kind for long:
   *     that of a mapped file is refused, but for tmpfs and hugetlbfs
   * @throws IOException if the kernel refuses for another reason: the ring has buffers already, or
   *     the process may not lock so much memory
   */
  public synchronized void register(List<MemorySegment> buffers) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = arena.allocate(IOVEC_BYTES * buffers.size(), Long.BYTES);
      for (int i = 0; i < buffers.size(); i++) {
        vectors.set(JAVA_LONG, IOVEC_BYTES * i, buffers.get(i).address());
        vectors.set(JAVA_LONG, IOVEC_BYTES * i + Long.BYTES, buffers.get(i).byteSize());
      }
      int errno = call(REGISTER_BUFFERS, vectors, buffers.size());
      if (errno != 0) {
        IOException failed =
            LibC.failure(
                "io_uring_register(IORING_REGISTER_BUFFERS, " + buffers.size() + " buffers)",
                errno);
        if (errno == EFAULT || errno == EOPNOTSUPP) {
          throw new UnsupportedOperationException(
              "the kernel does not hold memory of this kind for long", failed);
        }
        throw failed;
      }
    }
  }

  /** Returns errno, or 0. */
  private int call(int operation, MemorySegment argument, int count) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.CALL_STATE);
      long result = (long) SYSCALL.invokeExact(state, REGISTER, fd, operation, argument, count);
      return result < 0 ? LibC.errno(state) : 0;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Unregisters the buffers, if there are any; the kernel releases their pages when no request uses
   * them.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    // A ring that has none says ENXIO.
    call(UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
    try (Arena arena = Arena.ofConfined()) {
      int result = (int) CLOSE.invokeExact(arena.allocate(LibC.CALL_STATE), fd);
      assert result == 0 : "close(" + fd + ")";
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }
}
