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
import java.nio.ByteBuffer;

/**
 * A pipe through which pages go from one file into another with splice(2), so that this process
 * neither copies nor even sees them. Confined to one thread.
 *
 * <p>Whoever fills the pipe empties it before the next filling.
 */
@SuppressWarnings("restricted")
public final class PagePipe implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 20;
  private static final int CLOSED_ON_EXEC = 02_000_000; // O_CLOEXEC in asm-generic/fcntl.h
  private static final int SET_PIPE_SIZE = 1031; // F_SETPIPE_SZ in linux/fcntl.h
  // linux/splice.h: SPLICE_F_MOVE, SPLICE_F_NONBLOCK
  private static final int MOVE = 1;
  private static final int WITHOUT_WAITING = 2;
  // asm-generic/errno-base.h
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EINVAL = 22;

  private static final MethodHandle PIPE =
      LibC.function("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CONTROL =
      LibC.function(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle SPLICE =
      LibC.function(
          "splice",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ =
      LibC.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private final MemorySegment state = Arena.ofAuto().allocate(LibC.CALL_STATE);
  private final MemorySegment offset = Arena.ofAuto().allocate(JAVA_LONG);
  private final int readEnd;
  private final int writeEnd;
  private final int capacityBytes;
  private int filledBytes;

  /** Makes a pipe of 1 MiB, or of less if this user may have no larger one. */
  public PagePipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      if ((int) PIPE.invokeExact(state, ends, CLOSED_ON_EXEC) < 0) {
        throw LibC.failure("pipe2", LibC.errno(state));
      }
      readEnd = ends.getAtIndex(JAVA_INT, 0);
      writeEnd = ends.getAtIndex(JAVA_INT, 1);
      int bytes = (int) CONTROL.invokeExact(state, writeEnd, SET_PIPE_SIZE, MOST_BYTES);
      capacityBytes = bytes > 0 ? bytes : 1 << 16; // what each pipe has, pipe(7)
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Fills the pipe from a file, without waiting for more than there is.
   *
   * @param descriptor where it is read from
   * @return how many bytes came; 0 if there is nothing now
   */
  public int fill(int descriptor) throws IOException {
    try {
      long count;
      do {
        count =
            (long)
                SPLICE.invokeExact(
                    state,
                    descriptor,
                    MemorySegment.NULL,
                    writeEnd,
                    MemorySegment.NULL,
                    (long) capacityBytes,
                    MOVE | WITHOUT_WAITING);
      } while (count < 0 && LibC.errno(state) == EINTR);
      if (count < 0 && LibC.errno(state) != EAGAIN) {
        throw LibC.failure("splice(" + descriptor + ", pipe)", LibC.errno(state));
      }
      filledBytes = (int) Math.max(0, count);
      return filledBytes;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Empties the pipe into a file.
   *
   * @return false if the file system takes no pages from a pipe; {@link #read} gets them then
   */
  public boolean drain(LinuxFile file, long atBytes) throws IOException {
    try {
      offset.set(JAVA_LONG, 0, atBytes); // the kernel moves it on
      while (filledBytes > 0) {
        long count =
            (long)
                SPLICE.invokeExact(
                    state,
                    readEnd,
                    MemorySegment.NULL,
                    file.descriptor(),
                    offset,
                    (long) filledBytes,
                    MOVE);
        if (count < 0 && LibC.errno(state) == EINVAL) {
          return false;
        }
        if (count < 0 && LibC.errno(state) != EINTR) {
          throw LibC.failure("splice(pipe, " + file.alias() + ")", LibC.errno(state));
        }
        filledBytes -= (int) Math.max(0, count);
      }
      return true;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  /**
   * Reads from the pipe into the rest of a direct buffer.
   *
   * @return whether anything was in the pipe
   */
  public boolean read(ByteBuffer buffer) throws IOException {
    if (filledBytes == 0) {
      return false;
    }
    MemorySegment bytes = MemorySegment.ofBuffer(buffer);
    try {
      long count;
      do {
        count = (long) READ.invokeExact(state, readEnd, bytes, bytes.byteSize());
      } while (count < 0 && LibC.errno(state) == EINTR);
      if (count < 0) {
        throw LibC.failure("read(pipe)", LibC.errno(state));
      }
      buffer.position(buffer.position() + (int) count);
      filledBytes -= (int) count;
      return true;
    } catch (Throwable e) {
      throw LibC.sneaky(e);
    }
  }

  @Override
  public void close() {
    Posix.close(readEnd);
    Posix.close(writeEnd);
  }
}
