package io.pinaudit.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.Fleet.Said;
import io.pinaudit.fleet.TwoDevices;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.InterventionRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From recordings to tables: nothing is lost, told twice, or judged otherwise than alone. */
class FleetAuditTest {
  private static final String DMA = "linux-6.1.192-java-dma";
  private static final String STALL = "linux-7.2.12-ext4-stall";
  private static final int PINS = 60_000;
  private static final String TRACE = "kernel.ftrace";
  private static final String NEAR_MISS = "linux-5.10.223-ext4-near-miss";

  @TempDir Path folder;

  private Path runs() {
    return folder.resolve("runs of\tall hosts");
  }

  private Path tables() {
    return folder.resolve("the tables");
  }

  private static Origin origin(int number) {
    return new Origin(
        "host-" + number % 3,
        "boot-" + number,
        "2026-11-2" + number % 4 + "T08:00:00Z",
        "1." + number);
  }

  private void copies(String... fixtures) throws IOException {
    int number = 0;
    for (String fixture : fixtures) {
      Fleet.copy(fixture, runs().resolve("r" + number), origin(number));
      number++;
    }
  }

  private List<RunRow> runRows() throws IOException {
    return Fleet.read(tables(), Table.RUNS);
  }

  private List<String> rules() throws IOException {
    return Fleet.read(tables(), Table.FINDINGS).stream().map(FindingRow::rule).sorted().toList();
  }

  @Test
  void findsInEachRecordedRunWhatAnalyzeFinds() throws Exception {
    Fleet.audit(tables(), Fleet.FIXTURES);
    List<FindingRow> findings = Fleet.read(tables(), Table.FINDINGS);
    List<CoverageRow> coverage = Fleet.read(tables(), Table.COVERAGE);
    List<RunRow> runs = runRows();
    assertEquals(Roots.find(List.of(Fleet.FIXTURES.toString())).size(), runs.size());
    assertTrue(runs.size() >= 11);
    for (RunRow run : runs) {
      Audit audit = Audit.of(Inputs.of(List.of(Path.of(run.path()))));
      assertEquals(
          audit.findings().stream()
              .map(
                  one ->
                      one.rule()
                          + one.fingerprint().replaceFirst("-\\d+$", "")
                          + one.severity()
                          + one.count())
              .map(text -> text.toLowerCase(Locale.ROOT))
              .sorted()
              .toList(),
          findings.stream()
              .filter(row -> row.timeline().equals(run.timeline()))
              .map(row -> row.rule() + row.fingerprint() + row.severity() + row.count())
              .map(text -> text.toLowerCase(Locale.ROOT))
              .sorted()
              .toList(),
          run.path());
      assertEquals(
          audit.verdict().completeness().name().toLowerCase(Locale.ROOT), run.completeness());
      assertEquals(
          Rules.all().size(),
          coverage.stream().filter(row -> row.timeline().equals(run.timeline())).count());
    }
  }

  @Test
  void findsDeviceByDeviceWhatItFindsInTheWhole() throws Exception {
    Fleet.twoDevices(runs());
    Fleet.audit(tables(), runs());
    Path split = folder.resolve("split");
    long halved;
    try (Workers workers = new Threads(folder)) {
      halved = Fleet.auditSplit(split, workers, runs());
      assertEquals(
          Set.of(1, 3),
          workers.shares(Timeline.of(Fleet.heads(runs(), folder))).stream()
              .map(List::size)
              .collect(Collectors.toSet()));
    }
    assertTrue(halved >= 8, "" + halved);
    assertTrue(
        Fleet.read(tables(), Table.FINDINGS).stream().anyMatch(row -> row.count() > 1),
        "of both devices");
    assertEquals(Fleet.all(tables()), Fleet.all(split));
  }

  @Test
  void findsDeviceByDeviceWhatTwoRecordersTold() throws Exception {
    halves("b");
    Fleet.audit(tables(), runs());
    Path split = folder.resolve("split");
    try (Workers workers = new Threads(folder)) {
      assertEquals(1, Fleet.auditSplit(split, workers, runs()));
    }
    assertEquals(Fleet.all(tables()), Fleet.all(split));
  }

  @Test
  void tellsWhatGuardsDid() throws Exception {
    copies(STALL, STALL);
    Fleet.guard(runs().resolve("r1"));
    Fleet.audit(tables(), runs());
    List<InterventionRow> rows = Fleet.read(tables(), Table.INTERVENTIONS);
    assertEquals(1, rows.size());
    InterventionRow row = rows.getFirst();
    assertEquals("host-1", row.host());
    assertEquals("wait refused deadline", row.mode() + " " + row.done() + " " + row.reason());
    assertEquals("FileChannel.truncate", row.operation());
    assertEquals("FileChannel.write", row.holder());
    assertEquals("buffer of /data/a.dat", row.subject() + " of " + row.file());
    assertTrue(row.site().contains("Fleet.guard"), row.site());
    assertEquals("app.Log.send(Log.java:91)", row.holderSite());
    assertEquals(3, row.count());
    assertEquals(12_000, row.nanos());
    assertEquals(6_000, row.longestNanos());
    Fleet.copy(NEAR_MISS, runs().resolve("r2"), origin(1));
    Fleet.audit(tables(), runs());
    assertEquals(
        1, Fleet.read(tables(), Table.INTERVENTIONS).size(), "judged anew, with another recording");
  }

  @Test
  void auditsNothingAgain() throws Exception {
    copies(DMA, STALL, NEAR_MISS);
    assertEquals(3, Fleet.audit(tables(), runs()).audited());
    Map<String, List<String>> before = Fleet.all(tables());
    FleetAudit.Outcome second = Fleet.audit(tables(), runs());
    assertEquals(0, second.audited());
    assertEquals(3, second.known());
    assertEquals(before, Fleet.all(tables()));
    Fleet.copy(DMA, runs().resolve("later"), origin(7));
    assertEquals(1, Fleet.audit(tables(), runs()).audited());
    assertEquals(4, runRows().size());
  }

  @Test
  void auditsAgainWhatHasGrown() throws Exception {
    copies(STALL);
    Fleet.audit(tables(), runs());
    Files.copy(
        Fleet.FIXTURES.resolve(DMA).resolve("app.jfr"), runs().resolve("r0").resolve("app.jfr"));
    assertEquals(1, Fleet.audit(tables(), runs()).audited());
    assertEquals(1, runRows().size());
    assertTrue(runRows().getFirst().javaCalls() > 0);
  }

  @Test
  void givesTheSameTablesInWhateverOrderRunsAreFound() throws Exception {
    copies(DMA, STALL, NEAR_MISS, STALL, DMA, NEAR_MISS, NEAR_MISS);
    Fleet.audit(tables(), runs());
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.list(runs())) {
      all.forEach(paths::add);
    }
    for (int seed = 0; seed < 3; seed++) {
      Collections.shuffle(paths, new Random(seed));
      Path other = folder.resolve("shuffled" + seed);
      Fleet.audit(other, paths.toArray());
      assertEquals(Fleet.all(tables()), Fleet.all(other));
      assertEquals(-1, mismatch(tables(), other, "findings"));
    }
  }

  /** Whether even the bytes are the same. */
  private static long mismatch(Path a, Path b, String table) throws IOException {
    try (Stream<Path> files = Files.walk(a.resolve("current").toRealPath().resolve(table))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path other =
            b.resolve("current")
                .toRealPath()
                .resolve(a.resolve("current").toRealPath().relativize(file));
        if (Files.mismatch(file, other) >= 0) {
          return Files.mismatch(file, other);
        }
      }
    }
    return -1;
  }

  @Test
  void takesOneOfTwoCopiesOfARecording() throws Exception {
    copies(STALL);
    Fleet.copy(STALL, folder.resolve("copy").resolve("r0"), origin(0));
    FleetAudit.Outcome outcome = Fleet.audit(tables(), runs(), folder.resolve("copy"));
    assertEquals(1, outcome.audited());
    assertEquals(1, runRows().size());
  }

  /**
   * The kernel's side of a recording, and its JVM's side, as two recorders would have made them.
   */
  private void halves(String secondBoot) throws IOException {
    Path kernel =
        Fleet.copy(
            DMA, runs().resolve("kernel"), new Origin("h", "b", "2026-11-20T08:00:00Z", "1"));
    Files.delete(kernel.resolve("app.jfr"));
    Path jvm =
        Fleet.copy(
            DMA, runs().resolve("jvm"), new Origin("h", secondBoot, "2026-11-20T08:00:00Z", "1"));
    Files.delete(jvm.resolve("kernel.ftrace"));
    Path json = jvm.resolve("run.json");
    String text = Files.readString(json);
    int side = text.indexOf(",\"kernel\":{");
    int devices = text.indexOf(",\"devices\"");
    Files.writeString(
        json, text.substring(0, side) + ",\"kernelAbsent\":\"not root\"" + text.substring(devices));
  }

  @Test
  void joinsRecordingsOfOneBootThatOverlap() throws Exception {
    halves("b");
    Fleet.audit(tables(), runs());
    Audit whole = Audit.of(Inputs.of(List.of(Fleet.FIXTURES.resolve(DMA))));
    assertEquals(
        whole.findings().stream().map(one -> one.fingerprint()).sorted().toList(),
        Fleet.read(tables(), Table.FINDINGS).stream()
            .map(FindingRow::fingerprint)
            .sorted()
            .toList());
    assertEquals(1, runRows().stream().map(RunRow::timeline).distinct().count());
    assertEquals(
        List.of("complete", "complete"), runRows().stream().map(RunRow::completeness).toList());
  }

  @Test
  void findsThemAgainInTheSameRunDirectories() throws Exception {
    halves("b");
    Fleet.audit(tables(), runs());
    FindingRow row = Fleet.read(tables(), Table.FINDINGS).getFirst();
    assertEquals(2, row.paths().size());
    Audit again = Audit.of(Inputs.of(row.paths().stream().map(Path::of).toList()));
    assertTrue(
        again.findings().stream()
            .anyMatch(
                one ->
                    one.id().equals(row.finding()) && one.fingerprint().equals(row.fingerprint())));
  }

  @Test
  void joinsNoRecordingsOfTwoBoots() throws Exception {
    halves("another");
    Fleet.audit(tables(), runs());
    InputException e =
        assertThrows(
            InputException.class,
            () -> Inputs.of(List.of(runs().resolve("jvm"), runs().resolve("kernel"))));
    assertTrue(e.getMessage().contains("another boot"), e.getMessage());
    assertEquals(2, runRows().stream().map(RunRow::timeline).distinct().count());
    assertTrue(runRows().stream().noneMatch(run -> run.completeness().equals("complete")));
  }

  @Test
  void joinsNoRecordingsBetweenWhichNobodyWatched() throws Exception {
    Path first = Fleet.copy(STALL, runs().resolve("first"), origin(1));
    Path second = Fleet.copy(STALL, runs().resolve("second"), origin(1));
    assertEquals(1, timelines(), "they overlap");
    Path json = second.resolve("run.json");
    Files.writeString(
        json,
        Files.readString(json)
            .replaceFirst("\"startNanos\":\\d+", "\"startNanos\":9000000000000")
            .replaceFirst("\"endNanos\":\\d+", "\"endNanos\":9000000000001"));
    assertEquals(2, timelines(), "one begins after the other: " + first);
  }

  private int timelines() throws IOException, InterruptedException {
    return Timeline.of(Fleet.heads(runs(), folder)).size();
  }

  @Test
  void readsEventsOnceThatTwoRecordersTold() throws Exception {
    Path one = Fleet.copy(DMA, runs().resolve("one"), origin(1));
    Path two = Fleet.copy(DMA, runs().resolve("two"), origin(1));
    Files.delete(two.resolve("app.jfr"));
    // The kernel stamps an event for each recorder by itself.
    Path trace = two.resolve("kernel.ftrace");
    List<String> later =
        Files.readAllLines(trace).stream().map(FleetAuditTest::threeMicrosLater).toList();
    Files.write(trace, later);
    Fleet.audit(tables(), runs());
    Path alone = folder.resolve("alone");
    Fleet.audit(alone, Fleet.FIXTURES.resolve(DMA));
    assertEquals(1, runRows().stream().map(RunRow::timeline).distinct().count(), one::toString);
    assertEquals(
        Fleet.read(alone, Table.FINDINGS).stream().map(row -> row.what() + row.count()).toList(),
        Fleet.read(tables(), Table.FINDINGS).stream()
            .map(row -> row.what() + row.count())
            .toList());
    assertEquals(
        Fleet.read(alone, Table.RUNS).getFirst().kernelEvents() + 2,
        runRows().getFirst().kernelEvents(),
        "each trace has its two marks");
  }

  private static String threeMicrosLater(String line) {
    var time = Pattern.compile("(\\d+)\\.(\\d{6}): ").matcher(line);
    if (!time.find()) {
      return line;
    }
    long micros = Long.parseLong(time.group(1)) * 1_000_000 + Long.parseLong(time.group(2)) + 3;
    return line.substring(0, time.start())
        + "%d.%06d: ".formatted(micros / 1_000_000, micros % 1_000_000)
        + line.substring(time.end());
  }

  @Test
  void judgesATimelineAnewWhenAnotherRecordingOfItArrives() throws Exception {
    halves("b");
    Fleet.audit(tables(), runs().resolve("jvm"));
    assertEquals(List.of("partial"), runRows().stream().map(RunRow::completeness).toList());
    FleetAudit.Outcome outcome = Fleet.audit(tables(), runs());
    assertEquals(2, outcome.audited());
    assertEquals(2, runRows().size(), "the row of before is replaced");
    assertEquals(3, rules().size());
    Path once = folder.resolve("once");
    Fleet.audit(once, runs());
    assertEquals(Fleet.all(once), Fleet.all(tables()));
  }

  @Test
  void leavesARecordingAsItWasJudgedWithOthersThatAreGone() throws Exception {
    halves("b");
    Fleet.audit(tables(), runs());
    Map<String, List<String>> before = Fleet.all(tables());
    assertEquals(0, Fleet.audit(tables(), runs().resolve("jvm")).audited());
    assertEquals(before, Fleet.all(tables()));
  }

  @Test
  void makesARowOfEachBrokenRun() throws Exception {
    copies(STALL, STALL, STALL, STALL, STALL, STALL);
    Path json = runs().resolve("r1/run.json");
    Files.writeString(json, Files.readString(json).substring(0, 300));
    Files.delete(runs().resolve("r2/run.json"));
    Files.createDirectory(runs().resolve("r2/run.json"));
    Files.writeString(runs().resolve("r3/run.json"), "[".repeat(100_000));
    Files.write(runs().resolve("r4/kernel.ftrace"), new byte[10_000]);
    Files.write(runs().resolve("r5.tar.zst"), new byte[] {1, 2, 3});
    Files.write(runs().resolve("r6.tar.zst"), new byte[0]);
    FleetAudit.Outcome outcome = Fleet.audit(tables(), runs());
    Map<String, String> errors =
        runRows().stream()
            .filter(run -> !run.audited())
            .collect(Collectors.toMap(run -> name(run.path()), RunRow::error));
    assertEquals(errors.size(), outcome.failed());
    assertTrue(
        errors.keySet().containsAll(List.of("r1", "r2", "r3", "r5.tar.zst")), errors::toString);
    assertTrue(errors.get("r1").contains("run.json:1: error: "), errors.get("r1"));
    assertTrue(errors.get("r2").endsWith("not a regular file, or one too long"));
    assertTrue(errors.get("r5.tar.zst").contains("damaged archive"), errors.get("r5.tar.zst"));
    String empty = runs().resolve("r6.tar.zst") + ": error: not a run directory: ";
    assertTrue(errors.get("r6.tar.zst").startsWith(empty), errors.get("r6.tar.zst"));
    assertFalse(errors.containsKey("r0"));
    String report = Fleet.run("report", tables()).out();
    assertTrue(report.startsWith("8 runs of 3 hosts "), report); // and of nobody knows whom
    assertEquals(0, Fleet.audit(tables(), runs()).audited(), "nor are they tried again");
  }

  @Test
  void triesAgainWhatADiskWasToBlameFor() throws Exception {
    copies(STALL, STALL);
    Path trace = runs().resolve("r0/kernel.ftrace");
    Path away = Files.move(trace, folder.resolve("away"));
    Files.createSymbolicLink(trace, Path.of("/proc/self/mem")); // whose first bytes give EIO
    assertEquals(1, Fleet.audit(tables(), runs()).failed());
    FleetAudit.Outcome again = Fleet.audit(tables(), runs());
    assertEquals(List.of(0, 1, 1), List.of(again.audited(), again.failed(), again.known()));
    Files.delete(trace);
    Files.move(away, trace);
    assertEquals(1, Fleet.audit(tables(), runs()).audited());
    assertEquals(List.of(true, true), runRows().stream().map(RunRow::audited).toList());
    assertEquals(2, Fleet.audit(tables(), runs()).known());
  }

  @Test
  void triesAnArchiveAgainThatCouldNotBeRead() throws Exception {
    copies(STALL);
    Path archive = folder.resolve("run.tar.zst");
    Files.createSymbolicLink(archive, Path.of("/proc/self/mem"));
    assertEquals(1, Fleet.audit(tables(), archive, runs()).failed());
    assertEquals(
        1, Fleet.audit(tables(), archive, runs()).failed(), "not damaged, as far as is known");
    String error =
        runRows().stream().map(RunRow::error).filter(Objects::nonNull).findFirst().orElseThrow();
    assertTrue(error.endsWith("Input/output error"), error);
    Files.delete(archive);
    Files.writeString(archive, "damaged");
    assertEquals(1, Fleet.audit(tables(), archive, runs()).failed());
    assertEquals(0, Fleet.audit(tables(), archive, runs()).failed());
    assertEquals(2, runRows().size(), "one of each place");
  }

  @Test
  void makesARowOfARunThatDoesNotFitIntoScratch() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "mounts a small disk");
    copies(STALL);
    Path run = Fleet.copy(DMA, folder.resolve("large"), origin(5));
    Path archive = runs().resolve("large.tar.zst");
    Assumptions.assumeTrue(
        run("tar", "--zstd", "-C", run.toString(), "-cf", archive.toString(), "run.json", TRACE)
            == 0);
    Path scratch = Files.createDirectories(folder.resolve("scratch"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "none", scratch.toString()) == 0);
    try {
      assertEquals(1, Fleet.audit(tables(), runs()).failed());
      assertEquals(0, run("mount", "-o", "remount,size=8m", scratch.toString()));
      assertEquals(1, Fleet.audit(tables(), runs()).audited());
      assertEquals(List.of(true, true), runRows().stream().map(RunRow::audited).toList());
    } finally {
      run("umount", scratch.toString());
    }
  }

  @Test
  void triesAgainWhatIsDamagedOnlyIfAsked() throws Exception {
    copies(STALL);
    Files.write(runs().resolve("r1.tar.zst"), new byte[] {1, 2, 3});
    assertEquals(1, Fleet.audit(tables(), runs()).failed());
    assertEquals(0, Fleet.audit(tables(), runs()).failed());
    Said said = Fleet.run("audit", runs(), "-o", tables(), "--retry-failed");
    assertTrue(said.err().contains("0 runs audited, 1 were known, 1 could not"), said.err());
    assertEquals(2, runRows().size());
  }

  @Test
  void replacesTheRowOfARunWhoseDescriptionIsWholeNow() throws Exception {
    copies(STALL, STALL);
    Path json = runs().resolve("r0/run.json");
    String whole = Files.readString(json);
    Files.writeString(json, whole.substring(0, 300));
    assertEquals(1, Fleet.audit(tables(), runs()).failed());
    Files.writeString(json, whole);
    assertEquals(1, Fleet.audit(tables(), runs()).audited());
    assertEquals(List.of(true, true), runRows().stream().map(RunRow::audited).toList());
  }

  private static String name(String path) {
    return Path.of(path).getFileName().toString();
  }

  @Test
  void makesARowOfARunThatDoesNotFitIntoMemory() throws Exception {
    copies(STALL, STALL, STALL);
    Path json = runs().resolve("r1/run.json");
    String file = "{\"device\":\"259:0\",\"inode\":1,\"path\":\"/mnt/dax/some/file\"},";
    Files.writeString(
        json,
        Files.readString(json).replaceFirst("\"files\":\\[", "\"files\":[" + file.repeat(300_000)));
    Process process = AuditProgram.start("-Xmx80m", runs().resolve("r1"), tables(), 10);
    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    RunRow row = runRows().getFirst();
    assertEquals(RunRow.FAILED, row.state());
    assertNull(row.completeness());
    assertTrue(row.error().startsWith("error: needs more memory than the "), row::error);
    assertEquals(2, Fleet.audit(tables(), runs()).audited(), "the others are audited");
  }

  /** Pins that live to the end, on both devices, take more memory than there is. */
  @Test
  void auditsDeviceByDeviceWhatDoesNotFitIntoMemory() throws Exception {
    Path run = runs().resolve("r");
    TwoDevices.make(Fleet.FIXTURES.resolve("linux-6.1.192-vmsplice-unlink"), run, 1);
    Path trace = run.resolve(TRACE);
    List<String> lines = new ArrayList<>(Files.readAllLines(trace));
    String pin =
        lines.stream().filter(line -> line.contains("pin_taken:")).findFirst().orElseThrow();
    String end = lines.removeLast();
    for (int i = 0; i < 2 * PINS; i++) {
      long frame = 0x40000L + i % 2 * 0x20000L + 0x1000 + i / 2;
      lines.add(
          pin.replaceFirst("\\d+\\.\\d{6}: ", "14.000000: ")
              .replaceFirst(
                  "page=0x\\w+", "page=0x%x".formatted(0xffec9be6c0000000L + frame * 64)));
    }
    lines.add(end.replaceFirst("\\d+\\.\\d{6}: ", "14.500000: "));
    Files.write(trace, lines);
    Fleet.audit(tables(), runs());
    Path little = folder.resolve("of little memory");
    Process process = AuditProgram.start("-Xmx44m", runs(), little, 10);
    process.getInputStream().readAllBytes();
    assertEquals(0, process.waitFor());
    assertEquals(Fleet.all(tables()), Fleet.all(little));
  }

  @Test
  void refusesTablesThatAreNone() throws Exception {
    copies(STALL);
    Files.createDirectories(tables());
    Files.writeString(tables().resolve("precious.txt"), "of somebody else");
    InputException e = assertThrows(InputException.class, () -> Fleet.audit(tables(), runs()));
    assertTrue(e.getMessage().contains("holds something else"), e.getMessage());
    assertThrows(InputException.class, () -> Tables.reading(runs()).close());
  }

  @Test
  void letsOneProcessWriteAtATime() throws Exception {
    copies(STALL);
    try (Tables first = Tables.writing(tables())) {
      InputException e = assertThrows(InputException.class, () -> Fleet.audit(tables(), runs()));
      assertTrue(e.getMessage().contains("another process writes"), e.getMessage());
      assertNotEquals(null, first);
    }
    assertEquals(1, Fleet.audit(tables(), runs()).audited());
  }

  @Test
  void leavesTheTablesAsTheyWereWhenTheDiskIsFull() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "mounts a small disk");
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=96k", "none", disk.toString()) == 0);
    try {
      copies(STALL);
      Path small = disk.resolve("t");
      Fleet.audit(small, runs());
      Map<String, List<String>> before = Fleet.all(small);
      for (int i = 10; i < 40; i++) {
        Fleet.copy(STALL, runs().resolve("more" + i), origin(i));
      }
      assertThrows(IOException.class, () -> Fleet.audit(small, runs()));
      assertEquals(before, Fleet.all(small));
      assertEquals(0, run("mount", "-o", "remount,size=8m", disk.toString()));
      assertEquals(30, Fleet.audit(small, runs()).audited());
      assertEquals(31, Fleet.read(small, Table.RUNS).size());
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
