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
    RECVMSG,
    SENDMSG,
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

  /** Returns whether the next entry waits until this one is complete. */
  public boolean isLinked() {
    return (entryFlags & (IoUring.IOSQE_IO_LINK | IoUring.IOSQE_IO_HARDLINK)) != 0;
  }

  /** Returns whether the request has no completion if it succeeds. */
  public boolean isSilent() {
    return (entryFlags & IoUring.IOSQE_CQE_SKIP_SUCCESS) != 0;
  }

  /**
   * Returns the operation of an opcode of enum io_uring_op; sends and receives use memory as writes
   * and reads do.
   */
  private static Operation operation(int opcode) {
    return switch (opcode) {
      case 1, 60 -> Operation.READV; // READV, READV_FIXED
      case 2, 61 -> Operation.WRITEV; // WRITEV, WRITEV_FIXED
      case 4, 22, 27, 49 -> Operation.READ; // READ_FIXED, READ, RECV, READ_MULTISHOT
      case 5, 23, 26, 47 -> Operation.WRITE; // WRITE_FIXED, WRITE, SEND, SEND_ZC
      case 9, 48 -> Operation.SENDMSG; // SENDMSG, SENDMSG_ZC
      case 10 -> Operation.RECVMSG;
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
