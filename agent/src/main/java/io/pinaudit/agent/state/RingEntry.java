package io.pinaudit.agent.state;

import java.nio.ByteBuffer;

/**
 * The fields of a {@code struct io_uring_sqe} (linux/io_uring.h) that tell what the entry asks for.
 */
public record RingEntry(
    Operation operation,
    int entryFlags,
    int descriptor,
    long offset,
    long address,
    int length,
    int flags,
    long userData,
    int bufferGroup,
    int fileIndex) {
  /** The operations of entries that the agent tells apart. */
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
    PROVIDE_BUFFERS,
    FILES_UPDATE,
    OTHER
  }

  static RingEntry read(ByteBuffer entry) {
    return new RingEntry(
        operation(entry.get(IoUring.SQE_OPCODE)),
        entry.get(IoUring.SQE_FLAGS),
        entry.getInt(IoUring.SQE_FD),
        entry.getLong(IoUring.SQE_OFF),
        entry.getLong(IoUring.SQE_ADDR),
        entry.getInt(IoUring.SQE_LEN),
        entry.getInt(IoUring.SQE_RW_FLAGS),
        entry.getLong(IoUring.SQE_USER_DATA),
        entry.getShort(IoUring.SQE_BUF_GROUP) & 0xffff,
        entry.getInt(IoUring.SQE_FILE_INDEX));
  }

  /** Returns whether the entry's descriptor is the index of a registered file. */
  public boolean hasRegisteredFile() {
    return (entryFlags & IoUring.IOSQE_FIXED_FILE) != 0;
  }

  /** Returns whether the kernel takes a buffer out of a group. */
  public boolean takesProvidedBuffer() {
    return (entryFlags & IoUring.IOSQE_BUFFER_SELECT) != 0;
  }

  /**
   * Returns the operation of an opcode of enum io_uring_op; sends and receives use memory as writes
   * and reads do.
   */
  private static Operation operation(int opcode) {
    return switch (opcode) {
      case 1 -> Operation.READV;
      case 2 -> Operation.WRITEV;
      case 4, 22, 27 -> Operation.READ; // READ_FIXED, READ, RECV
      case 5, 23, 26, 47 -> Operation.WRITE; // WRITE_FIXED, WRITE, SEND, SEND_ZC
      case 17 -> Operation.FALLOCATE;
      case 18 -> Operation.OPENAT;
      case 25 -> Operation.MADVISE;
      case 28 -> Operation.OPENAT2;
      case 19 -> Operation.CLOSE;
      case 20 -> Operation.FILES_UPDATE;
      case 31 -> Operation.PROVIDE_BUFFERS;
      case 35 -> Operation.RENAMEAT;
      case 36 -> Operation.UNLINKAT;
      case 55 -> Operation.FTRUNCATE;
      default -> Operation.OTHER;
    };
  }
}
