package io.pinaudit.analyzer.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedEventsTest {
  private static Stamp at(long micros) {
    return new Stamp(micros * 1000, 1, "t", new Source("t", micros));
  }

  private static Timeline.KernelEvents of(TraceEvent... events) {
    Iterator<TraceEvent> rest = List.of(events).iterator();
    return () -> rest.hasNext() ? rest.next() : null;
  }

  private static List<String> merged(Timeline.KernelEvents machine, Timeline.KernelEvents syscalls)
      throws IOException {
    List<String> order = new ArrayList<>();
    MergedEvents merged = new MergedEvents(machine, syscalls);
    for (TraceEvent event = merged.next(); event != null; event = merged.next()) {
      order.add(event.getClass().getSimpleName() + event.stamp().nanos() / 1000);
    }
    return order;
  }

  private static TraceEvent pin(long micros) {
    return new TraceEvent.PinTaken(at(micros), 1, 1, TraceEvent.PinKind.GET, 1);
  }

  private static TraceEvent enter(long micros) {
    return new TraceEvent.SyscallEntered(at(micros), "vmsplice");
  }

  private static TraceEvent leave(long micros) {
    return new TraceEvent.SyscallLeft(at(micros), "vmsplice", 0);
  }

  @Test
  void keepsWhatACallDidInsideIt() throws IOException {
    assertEquals(
        List.of("SyscallEntered5", "PinTaken5", "PinTaken7", "SyscallLeft7"),
        merged(of(pin(5), pin(7)), of(enter(5), leave(7))));
  }

  /** A pin in a followed process, of the page cache, is told where the system calls are. */
  @Test
  void putsPinsOfProcessesIntoTheirCall() throws IOException {
    assertEquals(
        List.of("SyscallEntered5", "BioFilling5", "PinTaken5", "SyscallLeft5"),
        merged(of(new TraceEvent.BioFilling(at(5), 1)), of(enter(5), pin(5), leave(5))));
  }

  @Test
  void ordersByTimeAndEndsWithTheLongerTrace() throws IOException {
    assertEquals(
        List.of("PinTaken1", "SyscallEntered2", "SyscallLeft3", "PinTaken4"),
        merged(of(pin(1), pin(4)), of(enter(2), leave(3))));
    assertEquals(List.of("PinTaken1"), merged(of(pin(1)), of()));
    assertEquals(List.of("SyscallEntered2", "SyscallLeft3"), merged(of(), of(enter(2), leave(3))));
  }
}
