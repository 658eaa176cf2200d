package io.pinaudit.agent.state;

/**
 * The offsets, in bytes, of the fields of the structures in linux/io_uring.h, and the flags of
 * these structures.
 */
final class IoUring {
  // mmap(2) offsets of the parts of a ring
  static final long OFF_SQ_RING = 0;
  static final long OFF_CQ_RING = 0x8000000L;
  static final long OFF_SQES = 0x10000000L;

  static final int SETUP_SQPOLL = 1 << 1;
  static final int SETUP_SQE128 = 1 << 10;
  static final int SETUP_CQE32 = 1 << 11;
  static final int SETUP_NO_MMAP = 1 << 14;
  static final int SETUP_NO_SQARRAY = 1 << 16;
  static final int FEAT_SINGLE_MMAP = 1;

  // struct io_uring_params
  static final int PARAMS_BYTES = 120;
  static final int PARAMS_SQ_ENTRIES = 0;
  static final int PARAMS_CQ_ENTRIES = 4;
  static final int PARAMS_FLAGS = 8;
  static final int PARAMS_FEATURES = 20;
  private static final int PARAMS_SQ_OFF = 40;
  private static final int PARAMS_CQ_OFF = 80;

  // struct io_sqring_offsets and io_cqring_offsets in it
  static final int SQ_OFF_TAIL = PARAMS_SQ_OFF + 4;
  static final int SQ_OFF_ARRAY = PARAMS_SQ_OFF + 24;
  static final int SQ_OFF_USER_ADDR = PARAMS_SQ_OFF + 32;
  static final int CQ_OFF_TAIL = PARAMS_CQ_OFF + 4;
  static final int CQ_OFF_CQES = PARAMS_CQ_OFF + 20;
  static final int CQ_OFF_USER_ADDR = PARAMS_CQ_OFF + 32;

  // struct io_uring_sqe
  static final int SQE_BYTES = 64;
  static final int SQE_OPCODE = 0;
  static final int SQE_FLAGS = 1;
  static final int SQE_FD = 4;
  static final int SQE_OFF = 8;
  static final int SQE_ADDR = 16;
  static final int SQE_LEN = 24;
  static final int SQE_RW_FLAGS = 28;
  static final int SQE_USER_DATA = 32;
  static final int SQE_BUF_GROUP = 40;
  static final int SQE_FILE_INDEX = 44;
  static final int IOSQE_FIXED_FILE = 1;
  static final int IOSQE_IO_LINK = 1 << 2;
  static final int IOSQE_IO_HARDLINK = 1 << 3;
  static final int IOSQE_BUFFER_SELECT = 1 << 5;
  static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

  // struct io_uring_cqe
  static final int CQE_BYTES = 16;
  static final int CQE_USER_DATA = 0;
  static final int CQE_RES = 8;
  static final int CQE_FLAGS = 12;
  static final int CQE_F_MORE = 1 << 1;

  private IoUring() {}
}
