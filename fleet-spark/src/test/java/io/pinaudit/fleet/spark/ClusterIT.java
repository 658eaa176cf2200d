package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.audit.Cluster.Wish;
import io.pinaudit.fleet.audit.ClusterProgram;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.audit.Timeline;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real master and two workers, whatever ends in between: each run has its rows once. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClusterIT {
  private static final String LOOPBACK = "127.0.0.1";

  private static final int MANY = 500;

  @TempDir static Path folder;

  private static Standalone cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = new Standalone(Files.createDirectories(folder.resolve("home")), jars(), 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  static Path jars() {
    return Path.of("spark/target/jars").toAbsolutePath();
  }

  static Path job() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("pinaudit-.*-job\\.jar"))
          .findFirst()
          .orElseThrow()
          .toAbsolutePath();
    }
  }

  private static Workers workers() throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.jars", job().toUri().toString());
    settings.put("spark.driver.host", LOOPBACK);
    settings.put("spark.driver.bindAddress", LOOPBACK);
    settings.put("spark.executor.memory", "512m");
    settings.put("spark.executor.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
    return new SparkCluster().workers(new Wish(cluster.url(), null, settings));
  }

  private static FleetAudit.Outcome audit(Path tables, Workers workers, Path runs)
      throws IOException, InterruptedException {
    return Fleet.audit(tables, workers, List.of(runs.toString()));
  }

  @Test
  void givesTheRowsOfOneProcess() throws Exception {
    Path runs = folder.resolve("all kinds");
    Runs.ofAllKinds(runs);
    Runs.broken(runs.resolve("broken"));
    Path spark = folder.resolve("tables of spark");
    List<String> java = new ArrayList<>();
    try (Workers workers = workers()) {
      audit(spark, workers, runs);
      java.addAll(cluster.executors());
    }
    Fleet.audit(folder.resolve("tables of one"), runs);
    assertEquals(Fleet.all(folder.resolve("tables of one")), Fleet.all(spark));
    assertFalse(java.isEmpty());
    String ours = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath().toString();
    for (String each : java) {
      assertEquals(ours, Path.of(each).toRealPath().toString(), "not that of the daemons");
    }
  }

  /** Ends a worker after some timelines, and starts another one. */
  private static final class Killer implements FleetAudit.Watcher {
    private static final int AFTER = 100;
    private int timelines;

    @Override
    public void planned(int recordings, long bytes) {}

    @Override
    public void done(Timeline timeline) {
      timelines++;
      if (timelines == AFTER) {
        cluster.killWorker(0);
      }
    }
  }

  @Test
  void losesNothingWithAWorkerAndItsExecutor() throws Exception {
    Path runs = folder.resolve("many");
    Runs.small(runs, MANY);
    Path tables = folder.resolve("tables of survivors");
    FleetAudit.Outcome outcome;
    try (Workers workers = workers();
        Tables open = Tables.writing(tables)) {
      outcome =
          new FleetAudit(open, workers, new Killer())
              .run(workers.heads(Roots.find(List.of(runs.toString()))));
    } finally {
      cluster.startWorker();
    }
    assertEquals(MANY, outcome.audited());
    assertEquals(0, outcome.failed());
    assertOnce(tables, MANY);
  }

  private static void assertOnce(Path tables, int count) throws IOException {
    List<String> ids = Fleet.read(tables, Table.RUNS).stream().map(RunRow::recording).toList();
    assertEquals(count, ids.size());
    assertEquals(count, ids.stream().distinct().count());
  }

  @Test
  void goesOnAfterItsDriverWasKilled() throws Exception {
    Path runs = folder.resolve("some");
    int all = 60;
    Runs.small(runs, all);
    Path tables = folder.resolve("tables of two drivers");
    Process driver = driver(runs, tables, 10);
    try (BufferedReader lines = driver.inputReader()) {
      for (int i = 0; i < 25; i++) {
        assertNotNull(lines.readLine(), "the driver ended");
      }
      driver.destroyForcibly().waitFor();
    }
    int committed = Fleet.read(tables, Table.RUNS).size();
    assertTrue(committed > 0 && committed < all && committed % 10 == 0, "" + committed);
    FleetAudit.Outcome rest;
    try (Workers workers = workers()) {
      rest = audit(tables, workers, runs);
    }
    assertEquals(committed, rest.known());
    assertEquals(all - committed, rest.audited());
    assertOnce(tables, all);
    Fleet.audit(folder.resolve("tables of none"), runs);
    assertEquals(Fleet.all(folder.resolve("tables of none")), Fleet.all(tables));
  }

  private static Process driver(Path runs, Path tables, int inOneCommit) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("pinaudit.opens").strip().split("\\s+")));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ClusterProgram.class.getName(),
            cluster.url(),
            runs.toString(),
            tables.toString(),
            Integer.toString(inOneCommit),
            job().toUri().toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void runsUnderSparkSubmit() throws Exception {
    Path runs = folder.resolve("some of all");
    Runs.small(runs, 20);
    Path tables = folder.resolve("tables of spark-submit");
    Path output = folder.resolve("output of spark-submit");
    Process submit =
        cluster.submit(
            output,
            "--master",
            cluster.url(),
            "--conf",
            "spark.driver.host=" + LOOPBACK,
            "--conf",
            "spark.driver.bindAddress=" + LOOPBACK,
            "--conf",
            "spark.executorEnv.JAVA_HOME=" + System.getProperty("java.home"),
            "--executor-memory",
            "512m",
            job().toString(),
            "audit",
            runs.toString(),
            "-o",
            tables.toString());
    assertEquals(0, submit.waitFor(), () -> "see " + output);
    assertTrue(Files.readString(output).contains("20 runs audited, 0 were known"));
    Fleet.audit(folder.resolve("tables of no spark-submit"), runs);
    assertEquals(Fleet.all(folder.resolve("tables of no spark-submit")), Fleet.all(tables));
  }

  @Test
  void makesARowOfARunThatTakesItsExecutorsMemory() throws Exception {
    Path runs = folder.resolve("with a large one");
    Runs.small(runs, 8);
    Runs.tooLarge(runs);
    Path tables = folder.resolve("tables of little memory");
    try (Workers workers = workers()) {
      assertEquals(8, audit(tables, workers, runs).audited());
    }
    List<RunRow> failed =
        Fleet.read(tables, Table.RUNS).stream().filter(run -> !run.audited()).toList();
    assertEquals(1, failed.size());
    assertTrue(failed.getFirst().path().endsWith("large"), failed::toString);
    assertTrue(failed.getFirst().error().contains("memory"), failed::toString);
  }
}
