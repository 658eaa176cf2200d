package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinaudit.fleet.Fleet;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queries of docs/fleet-tables.md have the same answers from Spark SQL and from DuckDB. */
class QueriesTest {
  private static final Path PAGE = Path.of("../docs/fleet-tables.md");
  private static final Pattern QUERY = Pattern.compile("(?s)```sql\n(.*?)```");
  private static final Pattern TABLE =
      Pattern.compile("read_parquet\\('tables/current/(\\w+)/\\*/\\*\\.parquet'[^)]*\\)");

  @TempDir Path folder;

  @Test
  void haveTheSameAnswersFromSparkAndDuckDb() throws Exception {
    Path runs = folder.resolve("runs");
    Runs.ofAllKinds(runs);
    Path tables = folder.resolve("tables");
    Fleet.audit(tables, runs);
    List<String> queries =
        QUERY.matcher(Files.readString(PAGE)).results().map(query -> query.group(1)).toList();
    assertEquals(4, queries.size());
    try (SparkSession spark = session()) {
      for (String query : queries) {
        List<List<Object>> ofDuck = duck(query.replace("'tables/", "'" + tables + "/"));
        assertFalse(ofDuck.isEmpty(), query);
        assertEquals(ofDuck, spark(spark, query, tables), query);
      }
    }
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }

  /** Spark has a name where DuckDB has a pattern of files. */
  private static List<List<Object>> spark(SparkSession spark, String query, Path tables)
      throws IOException {
    Path current = tables.resolve("current").toRealPath();
    Matcher table = TABLE.matcher(query);
    StringBuilder named = new StringBuilder();
    while (table.find()) {
      spark
          .read()
          .parquet(current.resolve(table.group(1)).toString())
          .createOrReplaceTempView(table.group(1));
      table.appendReplacement(named, table.group(1));
    }
    table.appendTail(named);
    List<List<Object>> rows = new ArrayList<>();
    for (Row row : spark.sql(named.toString()).collectAsList()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        values.add(plain(row.get(i)));
      }
      rows.add(values);
    }
    return rows;
  }

  private static List<List<Object>> duck(String query) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(plain(result.getObject(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** One program counts in integers of another width than the other, and has other times. */
  private static Object plain(Object value) {
    return switch (value) {
      case null -> "null";
      case OffsetDateTime time -> time.toInstant();
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
      case Timestamp time -> time.toInstant();
      case Instant time -> time;
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      default -> value;
    };
  }
}
