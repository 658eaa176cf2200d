package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClocksTest {
  private static final int MAIN = 196;

  private final Clocks clocks = new Clocks();

  private static JavaCall call(String operation) {
    Stamp start = new Stamp(80_535_494_173L, MAIN, "main", new Source("app.jfr", 1));
    return new JavaCall(
        "app.jfr",
        Operation.of(operation),
        start,
        80_535_500_000L,
        List.of(),
        null,
        new JavaCall.Other());
  }

  private void syscalls(JavaCall call, String... names) {
    for (String name : names) {
      Operation syscall = Operation.of(name);
      clocks.entered(syscall, new Actor(MAIN, "java", call, syscall));
    }
  }

  @Test
  void differWhereNoSystemCallLiesWithinTheCallsThatMakeIt() {
    clocks.called(call("FileChannel.truncate"));
    syscalls(null, "ftruncate", "ftruncate", "unlink");
    assertTrue(clocks.differ());
  }

  @Test
  void areOneWhereOneLiesWithin() {
    JavaCall truncate = call("FileChannel.truncate");
    clocks.called(truncate);
    syscalls(null, "ftruncate", "ftruncate", "unlink");
    syscalls(truncate, "ftruncate");
    assertFalse(clocks.differ());
  }

  /** A program that opens a file to overwrite it, and the JVM's own hsperfdata: no ftruncate(2). */
  @Test
  void areNotJudgedByWhatTheJvmDoesForItself() {
    clocks.called(call("FileChannel.open"));
    clocks.called(call("FileOutputStream.open"));
    syscalls(null, "ftruncate", "ftruncate", "unlink");
    assertFalse(clocks.differ());
  }
}
