package io.pinaudit.agent.jdk;

import java.io.IOException;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads memory of this process through /proc/self/mem: a wrong address of the application causes an
 * error, and not a crash before the kernel could refuse the address.
 *
 * <p>Safe for any thread.
 */
public final class ProcessMemory {
  private static final int PATH_MAX = 4096; // linux/limits.h

  private ProcessMemory() {}

  /** Copies a range of memory; the copy is shorter if the end of the range could not be read. */
  public static ByteBuffer read(long address, int lengthBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(lengthBytes).order(ByteOrder.nativeOrder());
    int count;
    do {
      count = readSome(bytes, address + bytes.position());
    } while (count > 0 && bytes.hasRemaining());
    return bytes.flip();
  }

  private static int readSome(ByteBuffer bytes, long address) {
    try {
      return Holder.MEMORY.read(bytes, address);
    } catch (IOException | IllegalArgumentException e) {
      // Nothing is mapped there: the kernel will say EFAULT to the application.
      return 0;
    }
  }

  /**
   * Reads a path as a C string; the result is shorter than the path if the path's end cannot be
   * read.
   */
  public static String path(long address) {
    ByteBuffer bytes = ByteBuffer.allocate(PATH_MAX);
    // One page at a time: the page after the end of the string may not be mapped.
    long page = JdkInternals.pageBytes();
    while (bytes.hasRemaining()) {
      long at = address + bytes.position();
      long toPageEnd = page - at % page;
      bytes.limit((int) Math.min(PATH_MAX, bytes.position() + toPageEnd));
      int from = bytes.position();
      int count = readSome(bytes, at);
      int end = indexOfZero(bytes.array(), from, bytes.position());
      if (end >= 0 || count <= 0) {
        return decode(bytes.array(), end >= 0 ? end : bytes.position());
      }
      bytes.limit(PATH_MAX);
    }
    return decode(bytes.array(), PATH_MAX);
  }

  private static int indexOfZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Decodes a file name as the JDK does. */
  public static String decode(byte[] name, int length) {
    return new String(name, 0, length, Holder.NAMES);
  }

  private static final class Holder {
    static final FileChannel MEMORY;
    static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    static {
      try {
        MEMORY = FileChannel.open(Path.of("/proc/self/mem"), StandardOpenOption.READ);
        // Else an interrupted thread of the application would close it for all.
        Class<?> type = MEMORY.getClass();
        JdkInternals.lookup(type)
            .findVirtual(type, "setUninterruptible", MethodType.methodType(void.class))
            .invoke(MEMORY);
      } catch (Throwable t) {
        throw new ExceptionInInitializerError(t);
      }
    }
  }
}
