package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Iterates over calls, of which another thread decodes the next ones while the reader judges those
 * before them.
 *
 * <p>One task at a time decodes one part, so that the calls need no lock. One thread reads.
 */
final class DecodedAhead implements Iterator<JavaCall> {
  /** The number of calls in a part; fewer are not worth another thread. */
  static final int PART = 1 << 12;

  private final Iterator<JavaCall> calls;
  private ForkJoinTask<JavaCall[]> next;
  private JavaCall[] part = {};
  private int index;

  /** Iterates over calls that are decoded when the iterator is asked for them. */
  DecodedAhead(Iterator<JavaCall> calls) {
    this.calls = calls;
    decode();
  }

  private void decode() {
    next = calls.hasNext() ? ForkJoinPool.commonPool().submit(this::part) : null;
  }

  private JavaCall[] part() {
    List<JavaCall> decoded = new ArrayList<>(PART);
    while (decoded.size() < PART && calls.hasNext()) {
      decoded.add(calls.next());
    }
    return decoded.toArray(JavaCall[]::new);
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
