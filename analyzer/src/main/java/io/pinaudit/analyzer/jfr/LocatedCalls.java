package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The places of the calls of one chunk, which are all that is kept of them until their time comes:
 * 21 bytes a call.
 *
 * <p>Confined to one thread at a time.
 */
final class LocatedCalls {
  private static final int FEW = 1 << 8;

  private final JfrChunk chunk;
  private final List<Kind> kinds = new ArrayList<>();

  // One element a call, in the order of the file.
  private long[] startNanos = new long[FEW];
  private int[] offsets = new int[FEW];
  private int[] numbers = new int[FEW];
  private byte[] kindsOf = new byte[FEW];
  private int size;

  /** The calls in the order of their starts; null before they are sorted. */
  private int[] order;

  /**
   * The events of one type in the chunk.
   *
   * @param index among the kinds
   * @param start the column with the start of a call
   * @param row into which each event is decoded
   */
  record Kind(int index, JfrType type, CallType call, int start, JfrRow row) {}

  LocatedCalls(JfrChunk chunk) {
    this.chunk = chunk;
  }

  /** Adds a type whose events stand for calls. */
  Kind kind(JfrType type) {
    CallType call = new CallType(type);
    Kind kind =
        new Kind(kinds.size(), type, call, type.requiredNumber("startNanos"), new JfrRow(type));
    if (kind.index > Byte.MAX_VALUE) {
      throw new JfrDamage("more than " + kind.index + " types of calls");
    }
    kinds.add(kind);
    return kind;
  }

  /**
   * Notes a call.
   *
   * @param offset where its event stands in the chunk
   * @param number of the event among pinaudit's own events of the recording
   */
  void add(Kind kind, int offset, int number) {
    add(kind, offset, number, chunk.wholeNumber(kind.type, offset, kind.start));
  }

  /** Notes a call that was noted before, and whose event is therefore known to be whole. */
  void addAgain(Kind kind, int offset, int number) {
    add(kind, offset, number, chunk.number(kind.type, offset, kind.start));
  }

  private void add(Kind kind, int offset, int number, long start) {
    if (size == offsets.length) {
      resize(2 * size);
    }
    startNanos[size] = start;
    offsets[size] = offset;
    numbers[size] = number;
    kindsOf[size] = (byte) kind.index;
    size++;
  }

  private void resize(int length) {
    startNanos = Arrays.copyOf(startNanos, length);
    offsets = Arrays.copyOf(offsets, length);
    numbers = Arrays.copyOf(numbers, length);
    kindsOf = Arrays.copyOf(kindsOf, length);
  }

  int size() {
    return size;
  }

  /** Puts the calls in the order of their starts; none is added any more. */
  void sort() {
    resize(size);
    order = StableOrder.of(startNanos, size);
  }

  /** Returns how many of the sorted calls began before a time. */
  int countBefore(long nanos) {
    int count = 0;
    while (count < size && startNanos[order[count]] < nanos) {
      count++;
    }
    return count;
  }

  /** Returns when the last of the sorted calls began, in nanoseconds of the timeline. */
  long lastStartNanos() {
    return startNanos[order[size - 1]];
  }

  /**
   * Returns the call at a place of the order, decoded; of the file, if they are not sorted.
   *
   * @param file name of the recording
   * @param process the JVM
   */
  JavaCall decoded(int place, String file, String process) {
    int at = order == null ? place : order[place];
    Kind kind = kinds.get(kindsOf[at]);
    JfrRow event = chunk.event(kind.row, offsets[at]);
    return kind.call.call(event, chunk, process, new Source(file, numbers[at]));
  }

  /** Decodes the calls one by one, from one of them on. */
  Iterator<JavaCall> iterator(int from, String file, String process) {
    return new Iterator<>() {
      private int next = from;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public JavaCall next() {
        if (next >= size) {
          throw new NoSuchElementException();
        }
        return decoded(next++, file, process);
      }
    };
  }
}
