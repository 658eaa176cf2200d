package io.pinaudit.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.row.RunRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the parts of a timeline say together, if not all of them could be audited. */
class PartRowsTest {
  @TempDir Path folder;

  private Timeline timeline() throws IOException, InterruptedException {
    return Timeline.of(Fleet.heads(Fleet.FIXTURES.resolve("linux-7.2.12-ext4-stall"), folder))
        .getFirst();
  }

  @Test
  void haveFailedIfOneDeviceCouldNotBeJudged() throws Exception {
    Timeline timeline = timeline();
    PartRows whole = TimelineAudit.rows(new Part(timeline, Share.ALL), folder);
    PartRows device = TimelineAudit.failed(timeline, "error: unexpected");
    RunRow run = PartRows.together(timeline, List.of(whole, device)).rows().runs().getFirst();
    assertFalse(run.audited());
    assertEquals("error: unexpected", run.error());
    assertEquals(0, PartRows.together(timeline, List.of(whole, device)).rows().findings().size());
  }

  @Test
  void areThoseOfEachRecordingIfTheyCouldNotBeAuditedTogether() throws Exception {
    Timeline timeline = timeline();
    PartRows audited = TimelineAudit.rows(new Part(timeline, Share.ALL), folder);
    PartRows each =
        new PartRows(
            audited.runs(), audited.findings(), audited.coverage(), audited.interventions(), true);
    PartRows device = TimelineAudit.failed(timeline, "error: damaged");
    TimelineRows rows = PartRows.together(timeline, List.of(each, device)).rows();
    assertTrue(rows.runs().getFirst().audited());
    assertEquals(1, rows.findings().size());
  }
}
