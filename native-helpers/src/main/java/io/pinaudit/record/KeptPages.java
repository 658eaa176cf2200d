package io.pinaudit.record;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Decides which pages of a trace that is being written are too old to be kept. A piece is what all
 * CPUs have written between two flushes. Confined to one thread.
 */
final class KeptPages {
  private final Retention retention;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final long[] dropped;

  /** The end of a piece: when it was, and how long the file of each CPU was then, in bytes. */
  private static final class Piece {
    private final long nanos;
    private final long[] sizes;

    Piece(long nanos, long[] sizes) {
      this.nanos = nanos;
      this.sizes = sizes;
    }
  }

  KeptPages(Retention retention, int cpus) {
    this.retention = retention;
    this.dropped = new long[cpus];
  }

  /** Notes the end of a piece, and drops the pieces that need not be kept, but never the last. */
  void flushed(long nanos, long[] sizes) {
    if (!retention.isBounded()) {
      return;
    }
    pieces.add(new Piece(nanos, sizes.clone()));
    while (pieces.size() > 1 && isTooMuch(pieces.peek(), nanos, sizes)) {
      System.arraycopy(pieces.poll().sizes, 0, dropped, 0, dropped.length);
    }
  }

  private boolean isTooMuch(Piece oldest, long nanos, long[] sizes) {
    long bytes = Arrays.stream(sizes).sum() - Arrays.stream(dropped).sum();
    return nanos - oldest.nanos > retention.keepNanos() || bytes > retention.mostBytes();
  }

  /** Returns how many bytes at the beginning of a CPU's file are dropped. */
  long dropped(int cpu) {
    return dropped[cpu];
  }
}
