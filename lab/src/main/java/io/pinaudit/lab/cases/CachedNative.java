package io.pinaudit.lab.cases;

import io.pinaudit.samples.NativeCall;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The native code of the page-cache cases, {@code lab/matrix.d/cached/native.c}, through JNI: what
 * it does is seen by no hook of the agent.
 */
final class CachedNative {
  private static final int EINVAL = 22; // asm-generic/errno-base.h

  private CachedNative() {}

  /** Returns how many pages fault when they are loaded from, by trying it in a child process. */
  static int faultsIn(MemorySegment memory) throws IOException {
    int pages = (int) (memory.byteSize() / CachedScene.PAGE_BYTES);
    return checked("faults", faults(memory.address(), pages));
  }

  static void truncate(Path path, long sizeBytes) throws IOException {
    MemorySegment name = NativeCall.text(path.toString());
    checked("truncate", truncate(name.address(), sizeBytes));
  }

  static void openTruncating(Path path) throws IOException {
    MemorySegment name = NativeCall.text(path.toString());
    checked("open", openTruncating(name.address()));
  }

  /**
   * Truncates by a request to an io_uring.
   *
   * @throws UnsupportedOperationException on kernels before 6.9, which refuse the request
   */
  static void ringTruncate(Path path, long sizeBytes) throws IOException {
    MemorySegment name = NativeCall.text(path.toString());
    int result = ringTruncate(name.address(), sizeBytes);
    if (result == -EINVAL) {
      throw new UnsupportedOperationException("this kernel has no IORING_OP_FTRUNCATE");
    }
    checked("IORING_OP_FTRUNCATE", result);
  }

  /** Opens by a request to an io_uring, and closes. */
  static void ringOpen(Path path, int flags) throws IOException {
    MemorySegment name = NativeCall.text(path.toString());
    checked("IORING_OP_OPENAT", ringOpen(name.address(), flags));
  }

  private static int checked(String what, int result) throws IOException {
    if (result < 0) {
      throw new IOException(what + " failed with errno " + -result);
    }
    return result;
  }

  private static native int faults(long address, int pages);

  private static native int truncate(long path, long sizeBytes);

  private static native int openTruncating(long path);

  private static native int ringTruncate(long path, long sizeBytes);

  private static native int ringOpen(long path, int flags);
}
