package io.pinaudit.agent.state;

/** The offsets, in bytes, of the fields of liburing's {@code struct io_uring}. */
final class Liburing {
  static final int BYTES = 216;

  // struct io_uring_sq comes first
  static final int SQ_RING_MASK = 16;
  static final int SQ_SQES = 56;
  static final int SQ_SQE_TAIL = 68;

  private static final int CQ = 104; // struct io_uring_cq
  static final int CQ_TAIL = CQ + 8;
  static final int CQ_RING_MASK = CQ + 16;
  static final int CQ_CQES = CQ + 48;

  static final int FLAGS = 192;
  static final int RING_FD = 196;

  private Liburing() {}
}
