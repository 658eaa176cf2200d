package io.pinaudit.record;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Decides which pages of a trace that is being written are too old to be kept. A piece is what all
 * CPUs have written between two flushes, or between several that follow each other closely.
 * Confined to one thread.
 */
final class KeptPages {
  /** How many pieces there are at least in what is kept, if flushes are frequent. */
  private static final int PIECES = 1_000;

  private final Retention retention;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final long[] dropped;

  /** The end of a piece: when it was, and how long the file of each CPU was then, in bytes. */
  private static final class Piece {
    private final long beganNanos;
    private final long beganBytes;
    private long nanos;
    private long[] sizes;

    Piece(long nanos, long[] sizes) {
      this.beganNanos = nanos;
      this.beganBytes = Arrays.stream(sizes).sum();
      endsAt(nanos, sizes);
    }

    private void endsAt(long later, long[] more) {
      nanos = later;
      sizes = more.clone();
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
    Piece last = pieces.peekLast();
    if (last == null || isPieceAfter(last, nanos, sizes)) {
      pieces.add(new Piece(nanos, sizes));
    } else if (!Arrays.equals(last.sizes, sizes)) {
      last.endsAt(nanos, sizes);
    }
    while (pieces.size() > 1 && isTooMuch(pieces.peek(), nanos, sizes)) {
      System.arraycopy(pieces.poll().sizes, 0, dropped, 0, dropped.length);
    }
  }

  /** Pieces are so long or so large that there are never many of them. */
  private boolean isPieceAfter(Piece last, long nanos, long[] sizes) {
    return !Arrays.equals(last.sizes, sizes)
        && (nanos - last.beganNanos >= retention.keepNanos() / PIECES
            || Arrays.stream(sizes).sum() - last.beganBytes >= retention.mostBytes() / PIECES);
  }

  /** Returns how many pieces are remembered. */
  int pieces() {
    return pieces.size();
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
