package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the JVM and the kernel both tell of a failed access is one. */
class FaultsTest {
  private final Faults faults = new Faults();

  private static Fault fault(int tid, long nanos, String what) {
    return new Fault(new Stamp(nanos, tid, "T" + tid, new Source("t", 1)), what, List.of());
  }

  private void error(int tid) {
    faults.error(fault(tid, Fault.UNKNOWN, "InternalError"));
  }

  private void signal(int tid, long nanos) {
    faults.signal(fault(tid, nanos, "SIGBUS"));
  }

  @Test
  void anErrorHasTheTimeOfItsSignal() {
    error(4);
    error(4);
    signal(4, 17);
    signal(4, 19);
    signal(4, 21);
    assertEquals(
        List.of(fault(4, 17, "InternalError"), fault(4, 19, "InternalError")), faults.all());
  }

  @Test
  void aSignalOfAnotherThreadIsAnother() {
    error(4);
    signal(4, 17);
    signal(5, 18);
    assertEquals(List.of(fault(4, 17, "InternalError"), fault(5, 18, "SIGBUS")), faults.all());
  }

  @Test
  void aSignalAloneIsOne() {
    assertTrue(faults.isEmpty());
    signal(5, 18);
    assertEquals(List.of(fault(5, 18, "SIGBUS")), faults.all());
  }

  /** In a container a JVM knows other numbers than the kernel. */
  @Test
  void isNotToldTwiceUnderTwoNumbers() {
    error(4);
    signal(4711, 18);
    assertEquals(List.of(fault(4, Fault.UNKNOWN, "InternalError")), faults.all());
  }
}
