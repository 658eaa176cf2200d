package io.pinaudit.analyzer.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemediesTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  private static Remedies remedies(String run) throws IOException {
    WhatIf whatIf = new WhatIf(new Questions(List.of(), true, false, null));
    Audit audit = Audit.of(Inputs.of(List.of(RUNS.resolve(run))), whatIf);
    return whatIf.answers(audit).remedies().orElseThrow();
  }

  /** Six reads of 64 KiB, of which four were in flight when the file lost its 64 pages. */
  @Test
  void pricesTheReadsOfADisk() throws IOException {
    Remedies remedies = remedies("linux-6.1.192-java-dma");
    assertEquals(6 * (64 << 10), remedies.copiedBytes());
    assertEquals(64, remedies.held().peak());
    assertEquals(151.389, remedies.held().blockNanos() / 1e9, 0.001);
    assertEquals(3.865, remedies.waitNanos() / 1e9, 0.001);
    assertEquals(0, remedies.deadlocks());
    assertEquals(2, remedies.sites().size());
  }

  /** The thread that deletes the file is the one that would read the pipe. */
  @Test
  void findsTheDeadlockOfAWait() throws IOException {
    Remedies remedies = remedies("linux-6.1.192-vmsplice-unlink");
    assertEquals(1, remedies.deadlocks());
    assertEquals(0, remedies.waitNanos(), "what never ends has no length");
    assertEquals(16, remedies.held().peak());
  }

  /** A pin that hurts nobody is copied like any other. */
  @Test
  void pricesNearMisses() throws IOException {
    Remedies remedies = remedies("linux-5.10.223-ext4-near-miss");
    assertTrue(remedies.copiedBytes() > 0);
    assertEquals(0, remedies.held().peak());
    assertEquals(0, remedies.waitNanos());
  }

  /** A JVM does not see who reads a pipe: how long the pin lived has no price then. */
  @Test
  void pricesNothingWhoseEndNobodySaw() throws IOException {
    Remedies remedies = remedies("linux-6.18-jvm-only");
    assertEquals(1, remedies.unpriced());
    assertEquals(0, remedies.held().peak());
    assertTrue(remedies.copiedBytes() > 0, "it would have been copied all the same");
  }

  @Test
  void addsUpWhatIsHeldBack() {
    HeldCurve.Builder builder = new HeldCurve.Builder();
    builder.hold(0, 10, 4);
    builder.hold(5, 20, 2);
    builder.hold(20, 30, 5);
    HeldCurve curve = builder.build();
    assertEquals(6, curve.peak());
    assertEquals(4 * 10 + 2 * 15 + 5 * 10, curve.blockNanos());
    assertEquals(new HeldCurve.Point(20, 5), curve.points().get(curve.points().size() - 2));
    assertEquals(0, curve.points().getLast().blocks());
  }

  @Test
  void keepsThePeakOfACurveWithManyPoints() {
    HeldCurve.Builder builder = new HeldCurve.Builder();
    for (int i = 0; i < 5_000; i++) {
      builder.hold(i * 10L, i * 10L + 5, i == 2_500 ? 99 : 1);
    }
    HeldCurve curve = builder.build();
    assertTrue(curve.points().size() <= 202, curve.points().size() + " points");
    assertTrue(curve.points().stream().anyMatch(point -> point.blocks() == 99));
    assertTrue(curve.whole());
  }
}
