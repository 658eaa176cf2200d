package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Calls that another processor decodes while the reader judges those before them.
 *
 * <p>One part is decoded at a time, by one task after the other, so that what it is decoded from
 * needs no lock. One thread reads.
 */
final class DecodedAhead implements Iterator<JavaCall> {
  /** Fewer are not worth another thread. */
  static final int PART = 1 << 12;

  private final List<JavaCall> calls;
  private ForkJoinTask<JavaCall[]> next;
  private JavaCall[] part = {};
  private int index;
  private int end;

  /** Of calls that are decoded when they are asked for. */
  DecodedAhead(List<JavaCall> calls) {
    this.calls = calls;
    decode();
  }

  private void decode() {
    int from = end;
    int to = Math.min(calls.size(), from + PART);
    end = to;
    next =
        from == to
            ? null
            : ForkJoinPool.commonPool()
                .submit(() -> calls.subList(from, to).toArray(JavaCall[]::new));
  }

  @Override
  public boolean hasNext() {
    return index < part.length || next != null;
  }

  @Override
  public JavaCall next() {
    if (index == part.length) {
      if (next == null) {
        throw new NoSuchElementException();
      }
      part = next.join();
      index = 0;
      decode();
    }
    return part[index++];
  }
}
