package io.pinaudit.agent.state;

import java.nio.ByteBuffer;

/** The fields of a {@code struct io_uring_sqe} (linux/io_uring.h) that tell what it asks for. */
public record RingEntry(
    Operation operation,
    boolean registeredFile,
    int descriptor,
    long offset,
    long address,
    int length,
    int flags,
    long userData) {
  static final int BYTES = 64;
  private static final int FIXED_FILE = 1; // IOSQE_FIXED_FILE

  /** What an entry asks for, as far as it matters here. */
  public enum Operation {
    READV,
    WRITEV,
    READ,
    WRITE,
    FALLOCATE,
    CLOSE,
    RENAMEAT,
    UNLINKAT,
    FTRUNCATE,
    OPENAT,
    OPENAT2,
    MADVISE,
    OTHER
  }

  static RingEntry read(ByteBuffer entry) {
    return new RingEntry(
        operation(entry.get(0)),
        (entry.get(1) & FIXED_FILE) != 0,
        entry.getInt(4),
        entry.getLong(8),
        entry.getLong(16),
        entry.getInt(24),
        entry.getInt(28),
        entry.getLong(32));
  }

  /** By enum io_uring_op; sends and receives move memory as writes and reads do. */
  private static Operation operation(int code) {
    return switch (code) {
      case 1 -> Operation.READV;
      case 2 -> Operation.WRITEV;
      case 4, 22, 27 -> Operation.READ; // READ_FIXED, READ, RECV
      case 5, 23, 26, 47 -> Operation.WRITE; // WRITE_FIXED, WRITE, SEND, SEND_ZC
      case 17 -> Operation.FALLOCATE;
      case 18 -> Operation.OPENAT;
      case 25 -> Operation.MADVISE;
      case 28 -> Operation.OPENAT2;
      case 19 -> Operation.CLOSE;
      case 35 -> Operation.RENAMEAT;
      case 36 -> Operation.UNLINKAT;
      case 55 -> Operation.FTRUNCATE;
      default -> Operation.OTHER;
    };
  }
}
