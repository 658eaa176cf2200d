package io.pinaudit.analyzer.jfr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * The header of a chunk that a JVM may still be writing: up to where the chunk is whole, and until
 * when. A JVM updates the header at every flush, once a second.
 *
 * @param bytes a copy of the header, which does not change any more
 * @see <a
 *     href="https://github.com/openjdk/jdk/blob/master/src/jdk.jfr/share/classes/jdk/jfr/internal/consumer/ChunkHeader.java">JDK:
 *     ChunkHeader</a>
 */
record JfrHeader(ByteBuffer bytes) {
  private static final int START_AT = 32;
  private static final int DURATION_AT = 40;
  private static final int TICKS_AT = 48;
  private static final int METADATA_AT = 24;
  private static final int STATE_AT = 64;
  private static final int FLAGS_AT = 67;
  private static final byte UPDATING = (byte) 255;
  private static final int FINAL_CHUNK = 2;
  private static final int ATTEMPTS = 20;
  private static final long YOUNG_NANOS = 3_000_000_000L;

  /** What a chunk is known by, wherever its bytes are copied to. */
  record Identity(long startNanos, long startTicks) {}

  /**
   * Reads the header at a place of a file; empty if there is none yet, or if nothing was flushed.
   *
   * @throws JfrDamage if something else stands there
   */
  static Optional<JfrHeader> read(FileChannel file, long at) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      ByteBuffer first = bytes(file, at);
      ByteBuffer second = bytes(file, at);
      if (first.limit() < JfrChunk.HEADER_BYTES) {
        return Optional.empty();
      }
      boolean stable = first.get(STATE_AT) != UPDATING && first.equals(second);
      if (stable) {
        JfrHeader header = new JfrHeader(first);
        boolean flushed = JfrChunk.size(first) > JfrChunk.HEADER_BYTES;
        return flushed && first.getLong(METADATA_AT) != 0 ? Optional.of(header) : Optional.empty();
      }
      Thread.onSpinWait();
    }
    return Optional.empty();
  }

  private static ByteBuffer bytes(FileChannel file, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(JfrChunk.HEADER_BYTES);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {}
    return bytes.flip();
  }

  Identity identity() {
    return new Identity(bytes.getLong(START_AT), bytes.getLong(TICKS_AT));
  }

  /** Returns how many bytes of the chunk are whole. */
  long size() {
    return JfrChunk.size(bytes);
  }

  /** Returns when the chunk begins, in nanoseconds since 1970. */
  long startEpochNanos() {
    return bytes.getLong(START_AT);
  }

  /** Returns until when the chunk has all events, in nanoseconds since 1970. */
  long untilEpochNanos() {
    return bytes.getLong(START_AT) + bytes.getLong(DURATION_AT);
  }

  /**
   * Returns whether the JVM has begun the chunk so short a time ago that the events may be missing
   * that tell about the JVM.
   */
  boolean isYoung() {
    return !isFinished() && bytes.getLong(DURATION_AT) < YOUNG_NANOS;
  }

  /** Returns whether the JVM has ended the chunk. */
  boolean isFinished() {
    return bytes.get(STATE_AT) == 0;
  }

  /** Returns whether the JVM has ended all its recordings with this chunk. */
  boolean isLast() {
    return isFinished() && (bytes.get(FLAGS_AT) & FINAL_CHUNK) != 0;
  }
}
