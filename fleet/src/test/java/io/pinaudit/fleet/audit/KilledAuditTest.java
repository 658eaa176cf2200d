package io.pinaudit.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that is killed leaves what it had committed, and the next one does the rest. */
class KilledAuditTest {
  private static final int RUNS = 40;
  private static final int IN_ONE_COMMIT = 5;

  @TempDir Path folder;

  @Test
  void isGoneOnWith() throws Exception {
    Path runs = folder.resolve("runs");
    for (int i = 0; i < RUNS; i++) {
      Fleet.copy(
          "linux-7.2.12-ext4-stall",
          runs.resolve("r" + i),
          new Origin("h" + i, "b" + i, "2026-11-30T10:00:00Z", "1"));
    }
    Path killed = folder.resolve("killed");
    Process process = AuditProgram.start("-Xmx256m", runs, killed, IN_ONE_COMMIT);
    try (BufferedReader lines = process.inputReader()) {
      // Two commits and a half.
      for (int i = 0; i < IN_ONE_COMMIT * 5 / 2; i++) {
        lines.readLine();
      }
      process.destroyForcibly().waitFor();
    }
    long committed = Fleet.read(killed, Table.RUNS).size();
    assertTrue(committed > 0 && committed < RUNS && committed % IN_ONE_COMMIT == 0, "" + committed);
    FleetAudit.Outcome rest = Fleet.audit(killed, runs);
    assertEquals(committed, rest.known());
    assertEquals(RUNS - committed, rest.audited());
    List<String> ids = Fleet.read(killed, Table.RUNS).stream().map(RunRow::recording).toList();
    assertEquals(RUNS, ids.size());
    assertEquals(RUNS, ids.stream().distinct().count());
    Path whole = folder.resolve("whole");
    Fleet.audit(whole, runs);
    assertEquals(Fleet.all(whole), Fleet.all(killed));
  }
}
