package io.pinaudit.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.UsageException;
import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.Fleet.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb, from the command line to the exit status. */
class FleetVerbTest {
  private static final String DMA = "linux-6.1.192-java-dma";
  private static final String NEAR_MISS = "linux-5.10.223-ext4-near-miss";

  @TempDir Path folder;

  private Path runs;
  private Path tables;

  @BeforeEach
  void name() {
    runs = folder.resolve("all runs");
    tables = folder.resolve("t");
  }

  private void harmless(String run, String day, String version) throws IOException {
    Origin origin = new Origin("host of " + run, "boot" + run, day + "T10:00:00Z", version);
    Fleet.harmless(runs.resolve(run), origin);
  }

  private void copy(String fixture, String run, String day, String version) throws IOException {
    Origin origin = new Origin("host of " + run, "boot" + run, day + "T10:00:00Z", version);
    Fleet.copy(fixture, runs.resolve(run), origin);
  }

  private Said audit() throws IOException, InterruptedException {
    return Fleet.run("audit", runs, "-o", tables, "--scratch", folder.resolve("s"));
  }

  @Test
  void auditsReportsAndOpens() throws Exception {
    copy(NEAR_MISS, "a", "2026-11-29", "1");
    copy(DMA, "b", "2026-11-30", "2");
    Said audit = audit();
    assertEquals(ExitStatus.CLEAN, audit.status());
    assertEquals("", audit.out());
    assertTrue(audit.err().contains("2 runs audited, 0 were known, 0 could not"), audit.err());
    assertTrue(audit().err().contains("0 runs audited, 2 were known"));
    Said report = Fleet.run("report", tables);
    assertTrue(report.out().contains("New since 2026-11-30: 3\n"), report.out());
    Path page = folder.resolve("page.html");
    assertEquals(0, Fleet.run("report", tables, "-f", "html", "-o", page).status());
    assertTrue(Files.readString(page).contains("3 new and 0 returned findings"));
    Said open = Fleet.run("open", tables, "82040e865567f3ae");
    assertTrue(open.out().contains("host host of b"), open.out());
    assertTrue(open.out().contains("pinaudit explain '" + runs.resolve("b") + "' F1"), open.out());
  }

  @Test
  void listsWithoutAnAudit() throws Exception {
    copy(DMA, "b", "2026-11-30", "2");
    Said index = Fleet.run("index", runs, "-o", tables);
    assertTrue(index.err().contains("1 runs of 1 hosts, 0 of them unreadable"), index.err());
    Said report = Fleet.run("report", tables);
    assertTrue(report.out().startsWith("0 runs of 0 hosts"), report.out());
  }

  @Test
  void gatesAsGateDoes() throws Exception {
    Path baseline = folder.resolve("baseline");
    harmless("a", "2026-11-29", "1");
    audit();
    assertEquals(ExitStatus.FINDINGS, Fleet.run("gate", tables).status());
    Said mild = Fleet.run("gate", tables, "--fail-on", "critical");
    assertEquals(ExitStatus.CLEAN, mild.status(), mild::toString);
    copy(DMA, "b", "2026-11-30", "2");
    audit();
    Said gate = Fleet.run("gate", tables);
    assertEquals(ExitStatus.FINDINGS, gate.status());
    assertTrue(gate.err().contains("3 findings count; all was seen"), gate.err());
    assertEquals(ExitStatus.CLEAN, Fleet.run("gate", tables, "--exit-zero").status());
    assertEquals(
        0, Fleet.run("gate", tables, "--baseline", baseline, "--update-baseline").status());
    assertEquals(ExitStatus.CLEAN, Fleet.run("gate", tables, "--baseline", baseline).status());
    Files.write(baseline, Files.readAllLines(baseline).subList(0, 3));
    assertEquals(ExitStatus.FINDINGS, Fleet.run("gate", tables, "--baseline", baseline).status());
  }

  @Test
  void gatesOnlyWhatIsSince() throws Exception {
    copy(DMA, "a", "2026-11-29", "1");
    harmless("b", "2026-11-30", "2");
    audit();
    String[] critical = {"--fail-on", "critical"};
    assertEquals(ExitStatus.FINDINGS, gateSince(critical));
    assertEquals(ExitStatus.CLEAN, gateSince("--since", "2026-11-30", critical[0], critical[1]));
    assertEquals(ExitStatus.CLEAN, gateSince("--since", "2", critical[0], critical[1]));
    assertThrows(IOException.class, () -> gateSince("--since", "3"));
  }

  private int gateSince(String... options) throws IOException, InterruptedException {
    Object[] words = new Object[options.length + 2];
    words[0] = "gate";
    words[1] = tables;
    System.arraycopy(options, 0, words, 2, options.length);
    return Fleet.run(words).status();
  }

  @Test
  void isInconclusiveWhereNotAllWasSeen() throws Exception {
    copy(NEAR_MISS, "a", "2026-11-29", "1");
    Files.createDirectories(runs.resolve("b"));
    Files.writeString(runs.resolve("b/run.json"), "{");
    audit();
    assertEquals(ExitStatus.INCONCLUSIVE, Fleet.run("gate", tables).status());
    assertEquals(ExitStatus.CLEAN, Fleet.run("gate", tables, "--allow-inconclusive").status());
  }

  @Test
  void refusesWhatCannotBeMeant() throws Exception {
    copy(NEAR_MISS, "a", "2026-11-29", "1");
    audit();
    for (Object[] words :
        new Object[][] {
          {},
          {"audits", runs},
          {"audit", runs},
          {"audit", "-o", tables},
          {"report", tables, "--baseline", "b"},
          {"report", tables, tables},
          {"report", tables, "--format", "pdf"},
          {"open", tables},
          {"open", tables, "0123456789abcdef"},
          {"gate", tables, "--update-baseline"},
          {"gate", tables, "--fail-on", "fatal"}
        }) {
      assertThrows(UsageException.class, () -> Fleet.run(words));
    }
    assertThrows(IOException.class, () -> Fleet.run("report", folder.resolve("none")));
    assertFalse(Files.exists(folder.resolve("none")));
  }
}
