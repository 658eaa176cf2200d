package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.audit.Cluster.Wish;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark in this process: the rows are those of an audit without it. */
class LocalSparkTest {
  private static Workers workers;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    workers = new SparkCluster().workers(new Wish("local[2]", null, Map.of()));
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  private Path runs() {
    return folder.resolve("runs of\tall hosts");
  }

  private FleetAudit.Outcome onSpark(Path tables, Object... roots)
      throws IOException, InterruptedException {
    return Fleet.audit(tables, workers, Stream.of(roots).map(Object::toString).toList());
  }

  @Test
  void givesTheRowsOfOneProcessOnAllRecordedRuns() throws Exception {
    Runs.ofAllKinds(runs());
    FleetAudit.Outcome alone = Fleet.audit(folder.resolve("alone"), runs(), Fleet.FIXTURES);
    FleetAudit.Outcome spark = onSpark(folder.resolve("spark"), runs(), Fleet.FIXTURES);
    assertEquals(alone.audited(), spark.audited());
    assertTrue(spark.audited() >= 33, "" + spark.audited());
    assertTrue(spark.findings() > 20, "" + spark.findings());
    assertEquals(Fleet.all(folder.resolve("alone")), Fleet.all(folder.resolve("spark")));
    assertEquals(0, onSpark(folder.resolve("spark"), runs()).audited(), "all are known");
    assertEquals(0, Fleet.audit(folder.resolve("spark"), runs()).audited(), "without Spark too");
  }

  @Test
  void findsDeviceByDeviceWhatItFindsInTheWhole() throws Exception {
    Fleet.twoDevices(runs());
    Fleet.audit(folder.resolve("whole"), runs());
    assertTrue(Fleet.auditSplit(folder.resolve("split"), workers, runs()) >= 8);
    assertEquals(Fleet.all(folder.resolve("whole")), Fleet.all(folder.resolve("split")));
  }

  @Test
  void givesThemInWhateverOrderRunsAreFound() throws Exception {
    Runs.small(runs(), 20);
    onSpark(folder.resolve("in order"), runs());
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> all = Files.list(runs())) {
      all.forEach(paths::add);
    }
    Collections.shuffle(paths, new Random(7));
    onSpark(folder.resolve("shuffled"), paths.toArray());
    assertEquals(Fleet.all(folder.resolve("in order")), Fleet.all(folder.resolve("shuffled")));
  }

  @Test
  void makesARowOfEachBrokenRun() throws Exception {
    Runs.broken(runs());
    Fleet.audit(folder.resolve("alone"), runs());
    onSpark(folder.resolve("spark"), runs());
    assertEquals(
        List.of("s0", "s1", "s2", "s4.tar.zst"),
        Runs.names(
            Fleet.read(folder.resolve("spark"), Table.RUNS).stream()
                .filter(run -> !run.audited())
                .map(RunRow::path)));
    assertEquals(Fleet.all(folder.resolve("alone")), Fleet.all(folder.resolve("spark")));
  }

  @Test
  void leavesTheTablesAsTheyWereWhenTheDiskIsFull() throws Exception {
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "mounts a small disk");
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=96k", "none", disk.toString()) == 0);
    try {
      Runs.small(runs(), 1);
      onSpark(disk.resolve("t"), runs());
      Map<String, List<String>> before = Fleet.all(disk.resolve("t"));
      Runs.small(folder.resolve("more"), 40);
      assertThrows(IOException.class, () -> onSpark(disk.resolve("t"), folder.resolve("more")));
      assertEquals(before, Fleet.all(disk.resolve("t")));
      assertEquals(0, run("mount", "-o", "remount,size=8m", disk.toString()));
      assertEquals(39, onSpark(disk.resolve("t"), folder.resolve("more")).audited());
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void refusesStoresThatNobodyReads() {
    InputException e =
        assertThrows(
            InputException.class, () -> onSpark(folder.resolve("t"), "gopher://host/runs"));
    assertTrue(e.getMessage().contains("no file system reads gopher"), e.getMessage());
  }

  @Test
  void refusesMastersThatAreNone() {
    InputException e =
        assertThrows(
            InputException.class,
            () -> new SparkCluster().workers(new Wish("master:7077", null, Map.of())));
    assertTrue(e.getMessage().startsWith("--master master:7077: error: "), e.getMessage());
  }
}
