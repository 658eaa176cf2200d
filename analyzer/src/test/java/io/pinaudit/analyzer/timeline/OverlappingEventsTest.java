package io.pinaudit.analyzer.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What two recorders of one boot tell is taken once, and what happened twice stays there twice. */
class OverlappingEventsTest {
  /** {@code 10 7 3}: at 10 µs, thread 7 pins page 3. */
  private static TraceEvent pin(String text, int countBefore) {
    String[] words = text.split(" ");
    Stamp stamp =
        new Stamp(
            Long.parseLong(words[0]) * 1_000, Integer.parseInt(words[1]), "t", new Source("k", 1));
    return new TraceEvent.PinTaken(
        stamp, Long.parseLong(words[2]), 1, TraceEvent.PinKind.GET, countBefore);
  }

  private static Timeline.KernelEvents recording(int countBefore, String... pins) {
    Iterator<TraceEvent> events =
        Stream.of(pins).map(text -> pin(text, countBefore)).toList().iterator();
    return () -> events.hasNext() ? events.next() : null;
  }

  private static List<String> merged(Timeline.KernelEvents... recordings) throws IOException {
    OverlappingEvents merged = new OverlappingEvents(List.of(recordings));
    List<String> told = new ArrayList<>();
    for (TraceEvent event = merged.next(); event != null; event = merged.next()) {
      TraceEvent.PinTaken pin = (TraceEvent.PinTaken) event;
      told.add(pin.stamp().nanos() / 1_000 + " " + pin.stamp().tid() + " " + pin.pfn());
    }
    return told;
  }

  @Test
  void takesOnceWhatTwoRecordersStampedALittleApart() throws IOException {
    assertEquals(
        List.of("10 7 3", "20 7 4"),
        merged(recording(1, "10 7 3", "20 7 4"), recording(2, "12 7 3", "21 7 4")),
        "each reads the reference count for itself");
  }

  @Test
  void keepsWhatHappenedTwice() throws IOException {
    assertEquals(
        List.of("10 7 3", "20 7 3"),
        merged(recording(1, "10 7 3", "20 7 3"), recording(1, "11 7 3", "21 7 3")));
    assertEquals(List.of("10 7 3", "11 7 3"), merged(recording(1, "10 7 3", "11 7 3")));
  }

  @Test
  void keepsWhatOnlyOneRecorderTold() throws IOException {
    assertEquals(
        List.of("10 7 3", "11 8 3", "12 7 4", "13 7 3"),
        merged(recording(1, "10 7 3", "13 7 3"), recording(1, "11 8 3", "12 7 4")),
        "another thread, another page, and the same once more");
  }

  @Test
  void keepsWhatIsTooFarApart() throws IOException {
    assertEquals(
        List.of("10 7 3", "1011 7 3"), merged(recording(1, "10 7 3"), recording(1, "1011 7 3")));
    assertEquals(List.of("10 7 3"), merged(recording(1, "10 7 3"), recording(1, "1010 7 3")));
  }

  @Test
  void mergesThree() throws IOException {
    assertEquals(
        List.of("10 7 3"),
        merged(recording(1, "10 7 3"), recording(1, "11 7 3"), recording(1, "12 7 3")));
    assertEquals(List.of(), merged(recording(1), recording(1)));
  }
}
