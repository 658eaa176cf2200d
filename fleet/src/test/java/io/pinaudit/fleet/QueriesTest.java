package io.pinaudit.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.fleet.Fleet.Origin;
import io.pinaudit.fleet.row.Table;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries and columns of docs/fleet-tables.md are what another program finds in the tables. */
class QueriesTest {
  private static final Path PAGE = Path.of("../docs/fleet-tables.md");

  @TempDir static Path folder;

  @BeforeAll
  static void audit() throws Exception {
    Path runs = folder.resolve("runs");
    String dma = "linux-6.1.192-java-dma";
    Fleet.copy(dma, runs.resolve("a"), new Origin("h1", "b1", "2026-11-29T23:59:59.999Z", "1"));
    Fleet.copy(dma, runs.resolve("b"), new Origin("h2", "b2", "2026-11-30T00:00:00Z", "2"));
    Fleet.copy(
        "linux-5.10.223-ext4-near-miss",
        runs.resolve("c"),
        new Origin("h3", "b3", "2026-11-30T01:00:00Z", "2"));
    Fleet.audit(folder.resolve("tables"), runs);
  }

  private static List<String> queries() throws IOException {
    return Pattern.compile("(?s)```sql\n(.*?)```")
        .matcher(Files.readString(PAGE))
        .results()
        .map(query -> query.group(1).replace("'tables/", "'" + folder.resolve("tables") + "/"))
        .toList();
  }

  private static List<List<String>> rows(String query) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void queryOfMostHostsCountsHosts() throws Exception {
    List<List<String>> rows = rows(queries().get(0));
    assertEquals(3, rows.size());
    assertEquals(
        List.of("ReusedWhilePinned", "FreedWhilePinned", "UnmappedWhilePinned"),
        rows.stream().map(row -> row.get(1)).toList(),
        "the critical ones first");
    assertEquals(List.of("2", "2"), rows.get(0).subList(3, 5), "critical, on two hosts");
    // The first run began a millisecond before midnight, and the hazard 13 s later.
    assertTrue(rows.get(0).get(5).contains(":00:13.304"), rows.get(0).get(5));
  }

  @Test
  void queryOfKernelsHasDenominators() throws Exception {
    assertEquals(
        List.of(
            List.of("5.10", "cache", "false", "0", "1"),
            List.of("5.10", "ext4", "true", "0", "1"),
            List.of("6.1", "cache", "false", "0", "2"),
            List.of("6.1", "ext4", "true", "2", "2")),
        rows(queries().get(1)));
  }

  @Test
  void queryOfVersionsComparesWithCompleteRuns() throws Exception {
    String app = "io.pinaudit.samples.DmaIntoTruncated";
    assertEquals(
        List.of(List.of(app, "1", "1", "1"), List.of(app, "2", "1", "1")),
        rows(queries().get(2)),
        "the partial run is not counted");
  }

  @Test
  void partitionsAreDays() throws Exception {
    assertEquals(
        List.of(List.of("2026-11-29", "1"), List.of("2026-11-30", "2")),
        rows(
            "SELECT day, count(*) FROM read_parquet('"
                + folder.resolve("tables/current/runs/*/*.parquet")
                + "', hive_partitioning = true) GROUP BY day ORDER BY day"));
  }

  /** Each column of each table is on the page. */
  @Test
  void columnsAreOnThePage() throws Exception {
    String page = Files.readString(PAGE);
    List<Table<?>> tables = new ArrayList<>(Table.OF_AUDITS);
    tables.add(Table.INDEX);
    for (Table<?> table : tables) {
      for (RecordComponent column : table.rows().getRecordComponents()) {
        String name = column.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        assertTrue(page.contains("`" + name + "`"), table.name() + ": " + name);
      }
    }
  }
}
