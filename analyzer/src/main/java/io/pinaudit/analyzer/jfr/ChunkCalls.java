package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The calls of one chunk that began after all calls of the chunks before it. Where they stand may
 * be forgotten, and is then found again when the calls are wanted.
 *
 * <p>Used by one thread at a time.
 */
final class ChunkCalls {
  private final ChunkPlace place;
  private final String process;
  private final long floorNanos;
  private final int numberBefore;
  private final int size;
  private List<LocatedCall> located; // null if it is forgotten

  /**
   * Keeps the places of calls, in the order of their starts.
   *
   * @param place of the chunk
   * @param process the JVM
   * @param floorNanos no call of the chunks before began later
   * @param numberBefore the number of pinaudit's own events before the chunk
   */
  ChunkCalls(
      ChunkPlace place,
      String process,
      long floorNanos,
      int numberBefore,
      List<LocatedCall> located) {
    this.place = place;
    this.process = process;
    this.floorNanos = floorNanos;
    this.numberBefore = numberBefore;
    this.size = located.size();
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
    List<LocatedCall> calls = located == null ? locate() : located;
    return calls.stream().map(call -> call.decoded(place.name(), process)).iterator();
  }

  /** Gives back the memory of a chunk of which no more calls are wanted for now. */
  void close() {
    if (located == null) {
      place.unload();
    }
  }

  private List<LocatedCall> locate() {
    List<LocatedCall> found = new ArrayList<>(size);
    Map<JfrType, LocatedCall.Kind> kinds = new HashMap<>();
    int[] number = {numberBefore};
    try {
      JfrChunk chunk = new JfrChunk(place.bytes());
      chunk.forEach(
          JfrReader::isNumbered,
          (type, offset) -> {
            number[0]++;
            LocatedCall.Kind kind =
                kinds.computeIfAbsent(type, _ -> LocatedCall.Kind.of(chunk, type));
            if (kind.call() != null) {
              LocatedCall call = kind.at(offset, number[0]);
              if (call.startNanos() >= floorNanos) {
                found.add(call);
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(JfrReader.BY_START);
    return found;
  }
}
