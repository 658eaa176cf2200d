package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Activity.Course;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.DeviceNumber;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityTest {
  private final Activity activity = new Activity(null);
  private final Ledgers ledgers = new Ledgers(null);

  private static Stamp at(long nanos) {
    return new Stamp(nanos, 7, "t", null);
  }

  private void happens(TraceEvent event) {
    activity.observe(ledgers.apply(event), ledgers);
  }

  @Test
  void keepsALevelUntilItChangesHoweverLongThatIs() {
    FileId file = new FileId(new DeviceNumber(259, 0), 12);
    happens(new TraceEvent.Marked(at(5_000_000), "x"));
    happens(new TraceEvent.LayoutBreakStarted(at(1_000_000_000L), file));
    happens(new TraceEvent.LayoutBreakFinished(at(3_000_000_000L), 0));
    happens(new TraceEvent.Marked(at(4_000_000_000L), "y"));
    List<Long> waits = activity.values(Course.WAITS);
    assertTrue(waits.size() > Activity.SLOTS / 2 && waits.size() <= Activity.SLOTS);
    assertEquals(0, waits.getFirst());
    assertEquals(0, waits.getLast());
    long waited = waits.stream().filter(value -> value == 1).count() * activity.slotNanos();
    assertTrue(Math.abs(waited - 2_000_000_000L) <= 2 * activity.slotNanos(), waited + " ns");
    assertEquals(5_000_000, activity.originNanos());
  }

  @Test
  void staysWithinItsSlotsWhateverTheTimesAre() {
    happens(new TraceEvent.Marked(at(0), "x"));
    happens(new TraceEvent.Marked(at(Long.MAX_VALUE), "far"));
    happens(new TraceEvent.Marked(at(17), "back"));
    assertTrue(activity.values(Course.TAKEN_AWAY).size() <= Activity.SLOTS);
    assertEquals(0, Collections.max(activity.values(Course.PINNED_PAGES)));
  }
}
