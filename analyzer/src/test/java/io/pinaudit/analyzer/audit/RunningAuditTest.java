package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RunningAuditTest {
  private final Queue<TraceEvent> written = new ArrayDeque<>();

  private void write(long nanos) {
    written.add(new TraceEvent.PageIdle(new Stamp(nanos, 1, "", null), 1));
  }

  @Test
  void countsEventsOfTheKernelThatComeAfterLaterOnesWereJudged() throws IOException {
    Horizon horizon = Horizon.ofGrowing();
    Timeline timeline = new Timeline(written::poll, horizon);
    RunningAudit running = new RunningAudit(null, List.of(), new Diagnostics(), new Watcher[0]);
    write(100);
    write(900);
    long before = horizon.nanos();
    horizon.reach(500);
    running.feed(timeline, before);
    assertEquals(1, running.kernelEvents());
    horizon.reach(1_000);
    running.feed(timeline, 500);
    assertEquals(0, running.lateEvents());
    write(950);
    write(1_001);
    horizon.end();
    running.feed(timeline, 1_000);
    assertEquals(4, running.kernelEvents());
    assertEquals(1, running.lateEvents());
  }
}
