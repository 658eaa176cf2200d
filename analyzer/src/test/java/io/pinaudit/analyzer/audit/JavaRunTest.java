package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.finding.Step.Role;
import io.pinaudit.analyzer.report.TextReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audits a recorded run of both sides; its ORIGIN.md says how it was made and what is true of it.
 */
class JavaRunTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");
  private static final String VICTIM = "/mnt/dax/dma-into-truncated-194.victim";

  private static final List<String> ALL =
      List.of("FreedWhilePinned", "ReusedWhilePinned", "UnmappedWhilePinned");

  private static Audit audit(Path... inputs) throws IOException {
    return Audit.of(Inputs.of(List.of(inputs)));
  }

  private static String site(Finding finding, Role role) {
    return finding.first().step(role).orElseThrow().actor().call().site().orElseThrow().toString();
  }

  @Test
  void namesBlocksFilesAndLines() throws IOException {
    Audit audit = audit(RUN);
    assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
    assertEquals(ALL, rules(audit));
    for (Finding finding : audit.findings().subList(0, 2)) {
      assertEquals(Certainty.CONFIRMED, finding.certainty());
      assertEquals("[32928-32991]", finding.first().place().blocks().toString());
      assertEquals("[131072-393215]", finding.first().place().ranges().toString());
      assertEquals(4, finding.first().step(Role.PINNED).orElseThrow().count());
      assertEquals(
          "io.pinaudit.samples.DmaIntoTruncated.readFromDisk(DmaIntoTruncated.java:108)",
          site(finding, Role.PINNED));
      assertEquals(
          "io.pinaudit.samples.DmaIntoTruncated.truncateFile(DmaIntoTruncated.java:122)",
          site(finding, Role.FREED));
      assertEquals(
          "io.pinaudit.samples.DmaIntoTruncated.run(DmaIntoTruncated.java:57)",
          site(finding, Role.MAPPED));
    }
    Step reused = audit.findings().get(1).first().step(Role.REUSED).orElseThrow();
    assertEquals(VICTIM, audit.ledgers().names().path(reused.place().file()));
  }

  @Test
  void reportsTheSameFromLooseFilesButIsNotSure() throws IOException {
    Audit audit = audit(RUN.resolve("kernel.ftrace"), RUN.resolve("app.jfr"));
    assertEquals(ALL, rules(audit));
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    assertTrue(
        audit.verdict().reasons().stream().anyMatch(reason -> reason.contains("was inferred")));
  }

  /** Not even whether the file is on DAX: what was seen holds on either. */
  @Test
  void saysOnlyWhatTheJvmAloneKnows(@TempDir Path folder) throws IOException {
    Path jfr = Files.copy(RUN.resolve("app.jfr"), folder.resolve("app.jfr"));
    Audit audit = audit(jfr);
    assertEquals(List.of("OrphanedWhilePinned", "UnmappedWhilePinned"), rules(audit));
    assertEquals(Certainty.POSSIBLE, audit.findings().getFirst().certainty());
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    audit
        .verdict()
        .rules()
        .forEach(
            (hazard, applied) ->
                assertEquals(
                    hazard == Hazard.REUSED_WHILE_PINNED,
                    applied instanceof Applied.NotAtAll,
                    hazard::toString));
    assertEquals(13, audit.javaCalls());
  }

  /** As recorded without root: run.json knows the mounts, and why there is no kernel's side. */
  @Test
  void joinsByFileAndRangeWithoutTheKernel(@TempDir Path folder) throws IOException {
    Files.copy(RUN.resolve("app.jfr"), folder.resolve("app.jfr"));
    String described = Files.readString(RUN.resolve("run.json"));
    int kernel = described.indexOf("\"kernel\":{");
    int devices = described.indexOf("\"devices\":");
    Files.writeString(
        folder.resolve("run.json"),
        described.substring(0, kernel)
            + "\"kernelAbsent\":\"not root\","
            + described.substring(devices));
    Audit audit = audit(folder);
    assertEquals(List.of("FreedWhilePinned", "UnmappedWhilePinned"), rules(audit));
    Finding freed = audit.findings().getFirst();
    assertEquals(Certainty.OBSERVED, freed.certainty());
    assertEquals(4, freed.count(), "the four reads that the disk had not finished");
    assertEquals(
        "io.pinaudit.samples.DmaIntoTruncated.truncateFile(DmaIntoTruncated.java:122)",
        site(freed, Role.CUT));
    assertEquals("/dev/vda", freed.first().storage().orElseThrow().path());
    assertTrue(
        audit.verdict().reasons().stream().anyMatch(reason -> reason.contains("(not root)")));
  }

  /** As recorded with trace_clock=boot on a machine that had slept for a thousand seconds. */
  @Test
  void noticesThatTheTraceIsInAnotherClock(@TempDir Path folder) throws IOException {
    Path jfr = Files.copy(RUN.resolve("app.jfr"), folder.resolve("app.jfr"));
    String text =
        Files.readString(RUN.resolve("kernel.ftrace"), StandardCharsets.ISO_8859_1)
            .replaceAll("(?m)\\] (.....) {4}(\\d\\d\\.\\d{6}: )", "] $1  10$2");
    // Two more calls of a thread of the JVM, as the sample makes only one of those that count.
    String call =
        " java-196     (    194) [001] .....  1028.90000%d: sys_ftruncate(fd: 7, length: 0)%n";
    Path trace = folder.resolve("kernel.ftrace");
    Files.writeString(
        trace,
        text + call.formatted(1) + call.formatted(2) + call.formatted(3),
        StandardCharsets.ISO_8859_1);
    Audit audit = audit(jfr, trace);
    assertTrue(
        audit.verdict().notes().stream()
            .anyMatch(note -> note.startsWith("perhaps") && note.contains("JVM's clock")),
        audit.verdict().notes().toString());
  }

  @Test
  void isNotSureOfDamagedRecordings(@TempDir Path folder) throws IOException {
    byte[] jfr = Files.readAllBytes(RUN.resolve("app.jfr"));
    Files.copy(RUN.resolve("run.json"), folder.resolve("run.json"));
    Files.copy(RUN.resolve("kernel.ftrace"), folder.resolve("kernel.ftrace"));
    for (int length : new int[] {0, 3, 70, 5_000, jfr.length / 2, jfr.length - 1}) {
      Files.write(folder.resolve("app.jfr"), java.util.Arrays.copyOf(jfr, length));
      Audit audit = audit(folder);
      assertEquals(Completeness.PARTIAL, audit.verdict().completeness(), "cut at " + length);
      assertEquals(ALL.subList(0, 2), rules(audit).subList(0, 2));
    }
  }

  /**
   * The report's order is KASAN's: what, where, pinned, freed, reused, dropped, mapped, extents.
   */
  @Test
  void tellsItInOrder() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TextReport.print(audit(RUN), new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    String second =
        report.substring(
            report.indexOf("F2 ReusedWhilePinned"), report.indexOf("F3 UnmappedWhilePinned"));
    int last = -1;
    for (String label :
        List.of(
            "  what ",
            "  where ",
            "  pinned by ",
            "  freed by ",
            "  reused by ",
            "  dropped ",
            "  mapped by ",
            "  blocks ",
            "  pinned  ",
            "  freed   ",
            "  reused  ")) {
      int at = second.indexOf(label, last + 1);
      assertTrue(at > last, label + "is missing or out of order in\n" + second);
      last = at;
    }
    assertTrue(report.contains("fs/dax.c:398"), "quotes the kernel's warning");
  }

  private static List<String> rules(Audit audit) {
    return audit.findings().stream().map(Finding::rule).toList();
  }
}
