package io.pinaudit.fleet.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Commit;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New, returned, gone: told from tables of made-up runs. */
class StandingTest {
  private static final String RULE = "FreedWhilePinned";

  @TempDir Path folder;

  private int number;

  /**
   * Tells of one day a line: {@code 29 1.0 xx.-} are four runs of version 1.0 on November 29th, of
   * which two have the finding, one has none, and one was not wholly seen.
   */
  private void days(String... lines) throws IOException {
    try (Tables tables = Tables.writing(folder.resolve("t"));
        Commit commit = tables.commit()) {
      for (String line : lines) {
        String[] words = line.split(" ");
        LocalDate day = LocalDate.parse("2026-11-" + words[0]);
        for (char run : words[2].toCharArray()) {
          add(commit, day, words[1], run);
        }
      }
      commit.finish(Map.of(), Set.of());
    }
  }

  private void add(Commit commit, LocalDate day, String version, char kind) throws IOException {
    String id = "t" + number;
    String host = "h" + number % 5;
    number++;
    boolean complete = kind != '-';
    commit.add(Table.RUNS, day, run(id, host, version, complete));
    commit.add(
        Table.COVERAGE,
        day,
        new CoverageRow(id, host, null, "app", version, "6.1", RULE, "applied", complete, ""));
    if (kind == 'x') {
      commit.add(Table.FINDINGS, day, finding(id, host, version));
    }
  }

  private static RunRow run(String id, String host, String version, boolean complete) {
    return new RunRow(
        id,
        id,
        1,
        host,
        "b",
        null,
        1,
        "app",
        version,
        Map.of(),
        "java",
        0,
        "6.1.0",
        "6.1",
        List.of("ext4"),
        List.of(),
        "1",
        "1",
        "/runs/a b/" + id,
        9,
        RunRow.OK,
        null,
        complete ? "complete" : "partial",
        complete ? List.of() : List.of("CPU 1 lost 7 events"),
        0,
        1,
        1);
  }

  private static FindingRow finding(String id, String host, String version) {
    return new FindingRow(
        id,
        "F1",
        host,
        "b",
        null,
        "app",
        version,
        "6.1.0",
        "6.1",
        "ext4",
        true,
        RULE,
        "critical",
        2,
        "confirmed",
        2,
        "0123456789abcdef",
        1,
        5,
        "16 blocks <b>freed</b>",
        "/f",
        "A.cut(A.java:1)",
        "A.pin(A.java:2)",
        List.of("/runs/a b/" + id),
        "{}");
  }

  private Sighting standing(String since, String... lines) throws IOException {
    days(lines);
    try (Tables tables = Tables.reading(folder.resolve("t"))) {
      return Summary.of(tables, Since.of(since)).sightings().getFirst();
    }
  }

  private String report(FleetReport format, String since) throws IOException {
    StringWriter out = new StringWriter();
    try (Tables tables = Tables.reading(folder.resolve("t"))) {
      format.write(tables, since, out);
    }
    return out.toString();
  }

  @Test
  void isNewIfItWasNeverSeenBefore() throws IOException {
    Sighting one = standing(null, "28 1.0 ....", "29 1.0 ....", "30 1.1 .x.x");
    assertEquals(Standing.NEW, one.standing());
    assertEquals(2, one.hosts());
    assertEquals("in 2 timelines on 2 hosts", one.evidence());
  }

  @Test
  void isOngoingIfItWasSeenBefore() throws IOException {
    assertEquals(
        Standing.ONGOING, standing(null, "28 1.0 x...", "29 1.0 x...", "30 1.0 x...").standing());
  }

  @Test
  void isOngoingIfItIsRareAndTheGapShort() throws IOException {
    // One in twenty, and six runs without it: no wonder.
    assertEquals(
        Standing.ONGOING,
        standing(null, "27 1.0 x...................", "29 1.0 ......", "30 1.0 x").standing());
  }

  @Test
  void hasComeBackIfItWasGoneInManyCompleteRuns() throws IOException {
    Sighting one = standing(null, "27 1.0 xxx.", "29 1.0 ......", "30 1.1 x...");
    assertEquals(Standing.REGRESSED, one.standing());
    assertTrue(one.evidence().contains("after 6 complete runs without it"), one.evidence());
  }

  @Test
  void isNotSeenOnlyInCompleteRuns() throws IOException {
    assertEquals(
        Standing.TOO_FEW_RUNS, standing(null, "29 1.0 xx..", "30 1.1 ----------").standing());
  }

  @Test
  void isNotSeenInManyCompleteRuns() throws IOException {
    Sighting one = standing(null, "29 1.0 xx..", "30 1.1 ..........");
    assertEquals(Standing.NOT_SEEN, one.standing());
    assertTrue(one.evidence().startsWith("in 0 of 10 complete runs; before in 2 "), one.evidence());
  }

  @Test
  void takesRunsOfAnOldVersionDuringARolloutForBefore() throws IOException {
    Sighting one = standing("1.1", "28 1.0 ...", "29 1.1 ...", "30 1.0 x..");
    assertEquals(0, one.timelinesSince());
    assertEquals(1, one.timelinesBefore());
  }

  @Test
  void comparesWithAVersionAndLaterOnes() throws IOException {
    Sighting one = standing("1.1", "28 1.0 ...", "29 1.1 .x.", "30 1.2 x..");
    assertEquals(Standing.NEW, one.standing());
    assertEquals(2, one.timelinesSince());
  }

  @Test
  void comparesWithADay() throws IOException {
    assertEquals(
        Standing.NEW, standing("2026-11-29", "28 1.0 ..", "29 1.0 x.", "30 1.0 x.").standing());
  }

  @Test
  void refusesAVersionThatNoRunHas() throws IOException {
    days("30 1.0 x");
    IOException e = assertThrows(IOException.class, () -> report(FleetReport.TEXT, "9.9"));
    assertTrue(e.getMessage().contains("neither a day such as 2026-11-30 nor a version"));
    assertTrue(e.getMessage().contains("[1.0]"), e.getMessage());
  }

  @Test
  void writesAllFormats() throws IOException {
    days("27 1.0 xxx.", "28 1.0 .-", "29 1.0 ......", "30 1.1 x...");
    String text = report(FleetReport.TEXT, null);
    assertTrue(text.startsWith("16 runs of 5 hosts on 4 days; 15 complete, 0 could not"), text);
    assertTrue(text.contains("Came back since 2026-11-30: 1\n  0123456789abcdef FreedWhilePinned"));
    assertTrue(text.contains("pinaudit explain '/runs/a b/t"), text);
    assertTrue(text.contains("Linux 6.1    ext4, DAX    4 of 16, 15 wholly judged"), text);
    assertTrue(text.contains("1  CPU # lost # events"), text);
    String html = report(FleetReport.HTML, null);
    assertTrue(html.contains("16 blocks &lt;b&gt;freed&lt;/b&gt;"), "text of a run is escaped");
    assertFalse(html.contains("<script"), html);
    assertTrue(html.contains("<svg"), html);
    String json = report(FleetReport.JSON, null);
    assertTrue(json.contains("\"standing\":\"regressed\""), json);
    assertTrue(json.contains("\"silentHosts\":[]"), json);
  }

  @Test
  void saysThatNothingIsThere() throws IOException {
    days("30 1.0 ..");
    String text = report(FleetReport.TEXT, null);
    assertTrue(text.contains("New since 2026-11-30: nothing\n"), text);
    report(FleetReport.HTML, null);
    report(FleetReport.JSON, null);
  }
}
