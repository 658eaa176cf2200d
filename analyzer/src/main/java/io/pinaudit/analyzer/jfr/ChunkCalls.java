package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * The calls of one chunk that began after all calls of the chunks before it. Where they stand may
 * be forgotten, and is then found again when the calls are wanted.
 *
 * <p>Used by one thread at a time.
 */
final class ChunkCalls {
  private final ChunkPlace place;
  private final String process;
  private final int early;
  private final int numberBefore;
  private final int size;
  private LocatedCalls located; // null if it is forgotten

  /**
   * Keeps the places of calls, in the order of their starts.
   *
   * @param place of the chunk
   * @param process the JVM
   * @param numberBefore the number of pinaudit's own events before the chunk
   * @param located all calls of the chunk, sorted
   * @param early how many of them began before a call of an earlier chunk
   */
  ChunkCalls(ChunkPlace place, String process, int numberBefore, LocatedCalls located, int early) {
    this.place = place;
    this.process = process;
    this.early = early;
    this.numberBefore = numberBefore;
    this.size = located.size() - early;
    this.located = located;
  }

  int size() {
    return size;
  }

  /** Forgets where the calls stand; the chunk must be whole, so that they can be found again. */
  void forget() {
    located = null;
    place.unload();
  }

  /** Decodes the calls one by one in the order of their starts. May be called several times. */
  Iterator<JavaCall> iterator() {
    LocatedCalls calls = located == null ? locate() : located;
    return calls.iterator(early, place.name(), process);
  }

  /** Gives back the memory of a chunk of which no more calls are wanted for now. */
  void close() {
    if (located == null) {
      place.unload();
    }
  }

  private LocatedCalls locate() {
    try {
      JfrChunk chunk = new JfrChunk(place.bytes());
      LocatedCalls found = new LocatedCalls(chunk);
      int[] number = {numberBefore};
      chunk.forEach(
          JfrChunk.HEADER_BYTES,
          type -> {
            if (!JfrReader.isNumbered(type.name())) {
              return JfrChunk.NOBODY;
            }
            if (!CallType.isCall(type.name())) {
              return _ -> number[0]++;
            }
            LocatedCalls.Kind kind = found.kind(type);
            return offset -> found.addAgain(kind, offset, ++number[0]);
          });
      found.sort();
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
