package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Waits;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.JavaCall.Side;
import io.pinaudit.analyzer.trace.JavaCall.WaitEnd;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.Use;
import io.pinaudit.run.DeviceNumber;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnorderedCutTest {
  private final Ledgers ledgers = new Ledgers(null);
  private final UnorderedCut rule = new UnorderedCut();
  private long nanos;

  private static Frame frame(String method, int line) {
    return new Frame("app.Wal", method, line);
  }

  private void wait(String process, Side side, WaitEnd outcome, long meeting) {
    nanos += 1_000_000;
    Stamp stamp = new Stamp(nanos, 1, "main", new Source("app.jfr", nanos));
    String operation = side == Side.HANDS ? "FileChannel.write" : "FileChannel.truncate";
    JavaCall call =
        new JavaCall(
            process,
            Operation.of(operation),
            stamp,
            nanos + 500,
            List.of(frame(side.word(), 7), frame("run", 3)),
            null,
            new JavaCall.Waited(
                "p1",
                side,
                outcome,
                meeting,
                Side.HANDS,
                Use.BUFFER,
                new JavaCall.Named(new FileId(new DeviceNumber(8, 1), 12), "/wal"),
                new ByteRange(4_096, 8_192)));
    ledgers.apply(new TraceEvent.CallStarted(stamp, call));
    rule.observe(ledgers.apply(new TraceEvent.CallFinished(stamp, call)), ledgers);
  }

  private List<Finding> findings() {
    return Findings.of(List.of(rule), nanos, ledgers);
  }

  @Test
  void tellsOfBothSidesOfAMeeting() {
    wait("jvm", Side.HANDS, WaitEnd.ALONE, 0);
    wait("jvm", Side.TAKES, WaitEnd.MET, 5);
    wait("jvm", Side.HANDS, WaitEnd.MET, 5);
    Finding found = findings().getFirst();
    assertEquals(Hazard.UNORDERED_CUT, found.hazard());
    assertEquals(Severity.ERROR, found.severity());
    assertEquals(Certainty.MET, found.certainty());
    assertEquals(1, found.count());
    assertEquals("[4096-12287]", found.first().place().ranges().toString());
    assertEquals(
        "hands", found.first().steps().getFirst().actor().call().stack().getFirst().method());
    assertEquals(
        "takes", found.first().steps().getLast().actor().call().stack().getFirst().method());
    Waits waits = ledgers.sight().waits();
    assertEquals("1 of 2", waits.meetings("p1") + " of " + waits.tries("p1"));
  }

  @Test
  void warnsOfTheEndOfAFileWhoseMappingKeepsIt() {
    assertEquals(Severity.WARNING, severity(Use.BUFFER, "FileChannel.write", "Files.delete"));
    assertEquals(Severity.WARNING, severity(Use.BUFFER, "pwrite", "close"));
    assertEquals(Severity.ERROR, severity(Use.BUFFER, "vmsplice", "Files.delete"));
    assertEquals(Severity.ERROR, severity(Use.BUFFER, "pwrite", "ftruncate"));
    assertEquals(Severity.ERROR, severity(Use.MEMORY, "pwrite", "munmap"));
    assertEquals(Severity.WARNING, severity(Use.STORAGE, "pwrite", "ftruncate"));
  }

  private static Severity severity(Use subject, String hands, String takes) {
    return UnorderedCut.severity(subject, Operation.of(hands), Operation.of(takes));
  }

  @Test
  void saysNothingOfThoseWhoWereAlone() {
    wait("jvm", Side.HANDS, WaitEnd.ALONE, 0);
    wait("jvm", Side.TAKES, WaitEnd.INTERRUPTED, 0);
    assertEquals(List.of(), findings());
    assertTrue(rule.ruledOut(ledgers.sight()).isEmpty());
  }

  @Test
  void keepsMeetingsOfDifferentJvmsApart() {
    wait("one", Side.HANDS, WaitEnd.MET, 1);
    wait("other", Side.TAKES, WaitEnd.MET, 1);
    assertEquals(List.of(), findings());
  }

  @Test
  void isRuledOutWhereNobodyWasHeld() {
    assertTrue(rule.ruledOut(ledgers.sight()).isEmpty(), "nothing was seen at all");
    Stamp stamp = new Stamp(1, 1, "main", new Source("app.jfr", 1));
    JavaCall other =
        new JavaCall("jvm", Operation.of("close"), stamp, 2, List.of(), null, new JavaCall.Other());
    ledgers.apply(new TraceEvent.CallStarted(stamp, other));
    assertTrue(rule.ruledOut(ledgers.sight()).isPresent());
  }

  @Test
  void predictsWhatHasNotMet() {
    Pair.Near near = new Pair.Near(Use.BUFFER, "/wal", 20, true, 1);
    Pair met = pair("hands", "takes", near);
    Pair other = pair("other", "takes", near);
    wait("jvm", Side.TAKES, WaitEnd.MET, 5);
    wait("jvm", Side.HANDS, WaitEnd.MET, 5);
    List<Finding> all = Predicted.after(findings(), new Plan(List.of(met, other)), 0);
    assertEquals(
        List.of(Certainty.MET, Certainty.PREDICTED), all.stream().map(Finding::certainty).toList());
    assertEquals("F2", all.getLast().id());
    assertEquals(
        List.of(frame("other", 7), frame("run", 3)),
        all.getLast().first().steps().getFirst().actor().call().stack());
  }

  private static Pair pair(String hands, String takes, Pair.Near near) {
    return Pair.of(site("FileChannel.write", hands), site("FileChannel.truncate", takes), near);
  }

  private static Site site(String operation, String method) {
    return new Site(
        operation,
        List.of("app.Wal." + method, "app.Wal.run"),
        List.of("app.Wal." + method + "(Wal.java:7)", "app.Wal.run(Wal.java:3)"),
        Site.Nth.FIRST);
  }
}
