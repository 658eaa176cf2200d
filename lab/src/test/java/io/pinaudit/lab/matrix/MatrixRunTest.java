package io.pinaudit.lab.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.lab.matrix.MatrixCase.Construction;
import io.pinaudit.lab.matrix.MatrixRun.Found;
import io.pinaudit.lab.matrix.MatrixRun.Outcome;
import io.pinaudit.lab.matrix.MatrixRun.Seer;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixRunTest {
  private static final FileId FILE = new FileId(new DeviceNumber(259, 0), 14);
  private static final FileId OTHER = new FileId(new DeviceNumber(259, 1), 14);

  private static final List<Witnesses.Free> WITNESSES =
      List.of(
          new Witnesses.Free(140, true, true),
          new Witnesses.Free(150, true, false),
          new Witnesses.Free(250, false, true));

  @TempDir private Path scratch;

  @Test
  void findsWhatIsTrue() throws IOException {
    assertEquals(
        Outcome.TRUE_POSITIVE,
        outcome(
            Construction.PINNED,
            "foreign",
            found(Hazard.FREED_WHILE_PINNED, 150, FILE),
            found(Hazard.REUSED_WHILE_PINNED, 160, FILE)));
    assertEquals(
        Outcome.TRUE_POSITIVE,
        outcome(Construction.PINNED, "hung", found(Hazard.TRUNCATE_STALLED_BY_PIN, 150, FILE)));
    assertEquals(Outcome.TRUE_NEGATIVE, outcome(Construction.CLEAR, "nothing"));
  }

  @Test
  void takesHalfOfItForAMiss() throws IOException {
    assertEquals(
        Outcome.MISS,
        outcome(Construction.PINNED, "foreign", found(Hazard.FREED_WHILE_PINNED, 150, FILE)));
  }

  @Test
  void takesAnotherTimeOrFileForAMiss() throws IOException {
    assertEquals(
        Outcome.MISS,
        outcome(Construction.PINNED, "waited", found(Hazard.TRUNCATE_STALLED_BY_PIN, 99, FILE)));
    assertEquals(
        Outcome.MISS,
        outcome(Construction.PINNED, "waited", found(Hazard.TRUNCATE_STALLED_BY_PIN, 150, OTHER)));
  }

  @Test
  void takesMoreForAFalseAlarm() throws IOException {
    assertEquals(
        Outcome.FALSE_ALARM,
        outcome(Construction.CLEAR, "nothing", found(Hazard.FREED_WHILE_PINNED, 150, FILE)));
    assertEquals(
        Outcome.FALSE_ALARM,
        outcome(
            Construction.PINNED,
            "freed",
            found(Hazard.FREED_WHILE_PINNED, 150, FILE),
            found(Hazard.REUSED_WHILE_PINNED, 160, FILE)));
  }

  @Test
  void takesWhatIsUnsureForNoFalseAlarmAndForNoMiss() throws IOException {
    Found freed = unsure(Hazard.FREED_WHILE_PINNED, FILE);
    assertEquals(Outcome.TRUE_NEGATIVE, outcome(Construction.CLEAR, "nothing", freed));
    assertEquals(Outcome.TRUE_POSITIVE, outcome(Construction.PINNED, "freed", freed));
    assertEquals(
        Outcome.MISS,
        outcome(Construction.PINNED, "freed", unsure(Hazard.FREED_WHILE_PINNED, OTHER)),
        "another file's is not this one's");
    assertEquals(List.of(), run("nothing", unsure(Hazard.FREED_WHILE_PINNED, FILE)).strays());
  }

  @Test
  void believesNoTruthThatCannotBe() throws IOException {
    assertEquals(Outcome.UNESTABLISHED, outcome(Construction.PINNED, "nothing"));
    assertEquals(Outcome.UNESTABLISHED, outcome(Construction.CLEAR, "failed"));
  }

  @Test
  void judgesNothingThatTheRecorderCannotSee() throws IOException {
    assertEquals(Outcome.NOT_JUDGED, outcome(Construction.CACHED, "orphaned"));
    assertEquals(Outcome.UNESTABLISHED, outcome(Construction.CACHED, "nothing"));
    assertEquals(Outcome.NOT_JUDGED, outcome(Construction.PINNED, "absent"));
  }

  @Test
  void countsWhatIsReportedOutsideEveryCase() throws IOException {
    MatrixRun run = run("nothing", found(Hazard.FREED_WHILE_PINNED, 201, FILE));
    assertEquals(1, run.strays().size());
  }

  @Test
  void blamesNobodyElse() throws IOException {
    Found byCp = new Found(Hazard.FREED_WHILE_PINNED, 150, new FileRef(FILE, 0), false, "cp");
    assertEquals(Outcome.TRUE_POSITIVE, outcome(Construction.PINNED, "freed\tit\tcp", byCp));
    assertEquals(Outcome.MISBLAMED, outcome(Construction.PINNED, "freed\tit\tdd", byCp));
    assertEquals(
        Outcome.TRUE_POSITIVE,
        outcome(Construction.PINNED, "freed\tit\tcp", found(Hazard.FREED_WHILE_PINNED, 150, FILE)),
        "who it was need not be known");
  }

  @Test
  void judgesFreesWithoutPinsByTheirCounts() throws IOException {
    MatrixCase one = new MatrixCase("", "c/x", "ext4-dax", Construction.PINNED);
    MatrixRun run = run("foreign", found(Hazard.FREED_WHILE_PINNED, 150, FILE));
    MatrixCase byPins = new MatrixCase("", "c/x/umount-unlink", "ext4-dax", Construction.PINNED);
    Set<Hazard> judged = Set.of(Hazard.FREED_WHILE_PINNED, Hazard.TRUNCATE_STALLED_BY_PIN);
    MatrixRun counted =
        new MatrixRun(
            "hazards",
            Map.of("c/x", run.truths().get("c/x"), byPins.name(), run.truths().get("c/x")),
            run.findings(),
            judged,
            run.sees(),
            List.of(),
            run.verdict());
    assertEquals(Outcome.TRUE_POSITIVE, counted.outcome(one));
    assertEquals(Outcome.NOT_JUDGED, counted.outcome(byPins));
  }

  @Test
  void countsWhatOnlyOneWitnessTells() throws IOException {
    MatrixRun run = run("foreign");
    MatrixCase both = new MatrixCase("", "c/y", "ext4-dax", Construction.PINNED);
    assertEquals(2, run.disagreements(List.of(both)).size());
    MatrixTruth truth = run.truths().get("c/x");
    MatrixRun pinsOnly =
        new MatrixRun(
            "bpftrace",
            Map.of("c/x/umount-unlink", truth),
            List.of(),
            run.judged(),
            run.sees(),
            WITNESSES,
            run.verdict());
    MatrixCase umount = new MatrixCase("", "c/x/umount-unlink", "ext4-dax", Construction.PINNED);
    assertEquals(
        List.of(250L),
        pinsOnly.disagreements(List.of(umount)).stream().map(Witnesses.Free::nanos).toList());
  }

  private static Found found(Hazard hazard, long nanos, FileId file) {
    return new Found(hazard, nanos, new FileRef(file, 0), false, "");
  }

  private static Found unsure(Hazard hazard, FileId file) {
    return new Found(hazard, 150, new FileRef(file, 0), true, "");
  }

  private Outcome outcome(Construction construction, String truth, Found... found)
      throws IOException {
    return run(truth, found).outcome(new MatrixCase("", "c/x", "ext4-dax", construction));
  }

  private MatrixRun run(String truth, Found... found) throws IOException {
    Path output = scratch.resolve("truth");
    Files.writeString(
        output, "created a file\ncase\tc/x\t100\t200\t259:0\t14\t" + truth + "\tits measure\n");
    Map<String, MatrixTruth> truths = MatrixTruth.read(output);
    Verdict complete = new Verdict(Verdict.Completeness.COMPLETE, List.of(), List.of(), Map.of());
    Set<Hazard> judged =
        Set.of(
            Hazard.FREED_WHILE_PINNED, Hazard.REUSED_WHILE_PINNED, Hazard.TRUNCATE_STALLED_BY_PIN);
    return new MatrixRun(
        "tracefs", truths, List.of(found), judged, EnumSet.of(Seer.AGENT), WITNESSES, complete);
  }
}
