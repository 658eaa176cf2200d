package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedAheadTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, DecodedAhead.PART, DecodedAhead.PART + 1, 3 * DecodedAhead.PART})
  void givesEveryCallInOrder(int count) {
    List<JavaCall> calls = IntStream.range(0, count).mapToObj(DecodedAheadTest::call).toList();
    List<JavaCall> seen = new ArrayList<>();
    new DecodedAhead(calls.iterator()).forEachRemaining(seen::add);
    assertEquals(calls, seen);
  }

  @Test
  void endsWithTheLastCall() {
    Iterator<JavaCall> calls = new DecodedAhead(List.of(call(1)).iterator());
    assertTrue(calls.hasNext());
    calls.next();
    assertFalse(calls.hasNext());
    assertThrows(NoSuchElementException.class, calls::next);
  }

  @Test
  void passesDamageOnToTheReader() {
    List<JavaCall> damaged =
        new AbstractList<>() {
          @Override
          public JavaCall get(int index) {
            throw new JfrDamage("call " + index);
          }

          @Override
          public int size() {
            return 2 * DecodedAhead.PART;
          }
        };
    assertThrows(JfrDamage.class, new DecodedAhead(damaged.iterator())::next);
  }

  private static JavaCall call(int number) {
    Stamp started = new Stamp(number, 7, "main", new Source("app.jfr", number));
    return new JavaCall(
        "app.jfr", Operation.of("close"), started, number, List.of(), null, new JavaCall.Other());
  }
}
