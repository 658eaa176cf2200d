package io.pinaudit.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that is killed leaves what it had committed, and the next one does the rest. */
class KilledAuditTest {
  private static final int RUNS = 40;
  private static final int IN_ONE_COMMIT = 5;

  @TempDir Path folder;

  /** Audits, and says of each run that it is written. */
  public static void main(String[] args) throws Exception {
    Path tables = Path.of(args[1]);
    List<RunHead> heads =
        FleetAudit.heads(Roots.find(List.of(args[0])), tables.toAbsolutePath().getParent());
    try (Tables open = Tables.writing(tables)) {
      FleetAudit.run(
          heads,
          open,
          new FleetAudit.Limits(tables.toAbsolutePath().getParent(), IN_ONE_COMMIT),
          new FleetAudit.Watcher() {
            @Override
            public void planned(int recordings, long bytes) {}

            @Override
            public void done(Timeline timeline) {
              System.out.println(timeline.id());
            }
          });
    }
  }

  private Process start(Path runs, Path tables) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            KilledAuditTest.class.getName(),
            runs.toString(),
            tables.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

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
    Process process = start(runs, killed);
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
