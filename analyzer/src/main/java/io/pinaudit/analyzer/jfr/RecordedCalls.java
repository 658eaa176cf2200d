package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.AbstractCollection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The calls of one recording in the order of their starts, each decoded when it is asked for.
 *
 * <p>The chunks of a recording follow one another in time. A chunk holds the calls that ended in
 * its time, of which some began earlier: these few are kept, all others wait in their chunks. So
 * memory grows with the largest chunk, and with the calls during which a chunk ended.
 */
final class RecordedCalls extends AbstractCollection<JavaCall> {
  private final List<JavaCall> early;
  private final List<ChunkCalls> chunks;
  private final int size;

  /**
   * Puts calls together.
   *
   * @param early calls that began before others of earlier chunks, in the order of their starts
   * @param chunks all other calls, in the order of their starts
   */
  RecordedCalls(List<JavaCall> early, List<ChunkCalls> chunks) {
    this.early = early;
    this.chunks = chunks;
    this.size = Math.toIntExact(early.size() + chunks.stream().mapToLong(ChunkCalls::size).sum());
  }

  @Override
  public Iterator<JavaCall> iterator() {
    Iterator<JavaCall> merged = new Merged();
    return size <= DecodedAhead.PART ? merged : new DecodedAhead(merged);
  }

  @Override
  public int size() {
    return size;
  }

  /** The early calls and those of the chunks, of which one is open at a time. */
  private final class Merged implements Iterator<JavaCall> {
    private final Iterator<JavaCall> ofEarly = early.iterator();
    private final Iterator<ChunkCalls> left = chunks.iterator();
    private ChunkCalls chunk;
    private Iterator<JavaCall> ofChunk = Collections.emptyIterator();
    private JavaCall nextEarly;
    private JavaCall nextOfChunk;

    Merged() {
      nextEarly = ofEarly.hasNext() ? ofEarly.next() : null;
      advance();
    }

    private void advance() {
      while (!ofChunk.hasNext() && left.hasNext()) {
        if (chunk != null) {
          chunk.close();
          ofChunk = Collections.emptyIterator(); // so that the notes of one chunk can go
        }
        chunk = left.next();
        ofChunk = chunk.iterator();
      }
      nextOfChunk = ofChunk.hasNext() ? ofChunk.next() : null;
    }

    @Override
    public boolean hasNext() {
      return nextEarly != null || nextOfChunk != null;
    }

    @Override
    public JavaCall next() {
      if (nextOfChunk == null || nextEarly != null && earlyIsFirst()) {
        JavaCall call = nextEarly;
        if (call == null) {
          throw new NoSuchElementException();
        }
        nextEarly = ofEarly.hasNext() ? ofEarly.next() : null;
        return call;
      }
      JavaCall call = nextOfChunk;
      advance();
      return call;
    }

    /** Of calls that began at once, the one whose event comes first in the file is first. */
    private boolean earlyIsFirst() {
      int order = Long.compare(nextEarly.started().nanos(), nextOfChunk.started().nanos());
      return order == 0
          ? nextEarly.started().source().line() < nextOfChunk.started().source().line()
          : order < 0;
    }
  }
}
