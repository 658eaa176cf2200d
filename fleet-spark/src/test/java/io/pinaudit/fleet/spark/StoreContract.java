package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.recording.PackedRun;
import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.audit.Cluster.Wish;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a store: what is found, what is copied, and what is left of that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoreContract {
  @TempDir static Path folder;

  private final Configuration conf = new Configuration();
  private Map<String, String> settings;
  private Workers workers;
  private FileSystem files;
  private Path scratch;

  /** Starts the store, and returns the settings of Hadoop that it is read with. */
  abstract Map<String, String> startStore(Path place) throws Exception;

  abstract void stopStore() throws Exception;

  /** Returns the root of the store, without a slash. */
  abstract String root();

  @BeforeAll
  void start() throws Exception {
    settings = startStore(folder.resolve("store"));
    Map<String, String> ofSpark = new TreeMap<>();
    settings.forEach(
        (name, value) -> {
          conf.set(name, value);
          ofSpark.put("spark.hadoop." + name, value);
        });
    files = new org.apache.hadoop.fs.Path(root() + "/").getFileSystem(conf);
    scratch = folder.resolve("scratch");
    workers = new SparkCluster().workers(new Wish("local[2]", scratch.toString(), ofSpark));
  }

  @AfterAll
  void stop() throws Exception {
    if (workers != null) {
      workers.close();
    }
    stopStore();
  }

  private void upload(Path local, String to) throws IOException {
    files.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(local.toUri()), new org.apache.hadoop.fs.Path(uri(to)));
  }

  private String uri(String path) {
    return root() + path;
  }

  /** The rows without what tells where a run lies. */
  private static List<String> rows(Path tables, Table<?> table) throws IOException {
    return Fleet.rows(tables, table).stream()
        .map(
            row ->
                row.replaceAll(
                    "([a-z0-9]+://[\\d.a-z:]+)?/[^ ,\\]]*/r(\\d+)(?=[,\\]])", "PLACE/r$2"))
        .toList();
  }

  @Test
  void givesTheRowsOfLocalCopies() throws Exception {
    Path runs = folder.resolve("runs");
    Runs.ofAllKinds(runs);
    upload(runs, "/fleet");
    Fleet.audit(folder.resolve("here"), runs);
    Fleet.audit(folder.resolve("there"), workers, List.of(uri("/fleet")));
    for (Table<?> table : Table.OF_AUDITS) {
      assertEquals(
          rows(folder.resolve("here"), table), rows(folder.resolve("there"), table), table.name());
    }
    RunRow run = Fleet.read(folder.resolve("there"), Table.RUNS).getFirst();
    assertTrue(run.path().startsWith(uri("/fleet/r")), run.path());
    assertEquals(
        0, Fleet.audit(folder.resolve("there"), workers, List.of(uri("/fleet"))).audited());
    try (Stream<Path> left = Files.list(scratch)) {
      assertEquals(List.of(), left.toList(), "copies are deleted");
    }
  }

  @Test
  void findsByWildcardsAndByManifestsAndReadsArchives() throws Exception {
    Path runs = folder.resolve("few");
    Runs.small(runs, 3);
    upload(runs, "/few");
    Path archive = folder.resolve("s9.tar.zst");
    Runs.small(folder.resolve("other"), 1);
    Process tar =
        new ProcessBuilder(
                "tar", "--zstd", "-cf", archive.toString(), "-C", folder + "/other/s0", ".")
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor());
    upload(archive, "/archives/s9.tar.zst");
    Path manifest =
        Files.writeString(
            folder.resolve("manifest"), uri("/few/s[12]") + "\n" + uri("/archives") + "\n");
    Path tables = folder.resolve("few tables");
    assertEquals(3, Fleet.audit(tables, workers, List.of(manifest.toString())).audited());
    assertEquals(
        List.of("s1", "s2", "s9.tar.zst"),
        Runs.names(Fleet.read(tables, Table.RUNS).stream().map(RunRow::path)));
  }

  @Test
  void makesARowOfEachBrokenRun() throws Exception {
    Path runs = folder.resolve("broken");
    Runs.broken(runs);
    upload(runs, "/broken");
    Path tables = folder.resolve("broken tables");
    Fleet.audit(tables, workers, List.of(uri("/broken")));
    assertEquals(
        List.of("s0", "s2", "s4.tar.zst"),
        Runs.names(
            Fleet.read(tables, Table.RUNS).stream()
                .filter(run -> !run.audited())
                .map(RunRow::path)));
  }

  @Test
  void knowsARunWithoutADescriptionAgain() throws Exception {
    Path runs = folder.resolve("undescribed");
    Runs.small(runs, 1);
    Files.delete(runs.resolve("s0/run.json"));
    upload(runs, "/undescribed");
    Path tables = folder.resolve("undescribed tables");
    assertEquals(1, Fleet.audit(tables, workers, List.of(uri("/undescribed"))).audited());
    Thread.sleep(1_100); // the clocks of some stores have seconds
    assertEquals(0, Fleet.audit(tables, workers, List.of(uri("/undescribed"))).audited());
  }

  /** The files below a folder, without its path. */
  private List<String> names(String folder) throws IOException {
    return new HadoopStore().names(uri(folder));
  }

  @Test
  void takesARecordingWhole() throws Exception {
    Path runs = folder.resolve("recorded");
    Runs.small(runs, 1);
    String day = "2026-11-20";
    List<String> words =
        Stream.concat(
                Stream.of("send", uri("/nightly"), runs.resolve("s0").toString(), "0"), settings())
            .toList();
    assertEquals(uri("/nightly/" + day + "/s0.tar.zst"), program(words));
    assertEquals(List.of(day + "/s0.tar.zst"), names("/nightly"), "nothing unfinished is left");
    Path tables = folder.resolve("nightly tables");
    assertEquals(1, Fleet.audit(tables, workers, List.of(uri("/nightly"))).audited());
  }

  @Test
  void takesNothingOfARecordingThatCannotBeReadWhole() throws Exception {
    RunUpload upload = RunUpload.to(uri("/half"), conf);
    assertThrows(
        IOException.class,
        () ->
            upload.send(
                new PackedRun("2026-11-30", "a"),
                file -> {
                  try (file) {
                    file.write(new byte[1 << 20]);
                    throw new IOException("became shorter");
                  }
                }));
    assertEquals(List.of(), names("/half"));
    upload.send(new PackedRun("2026-11-30", "a"), file -> file.write(1));
    assertEquals(List.of("2026-11-30/a.tar.zst"), names("/half"));
  }

  @Test
  void deletesRecordingsOfOldDaysAndNothingElse() throws Exception {
    RunUpload upload = RunUpload.to(uri("/days"), conf);
    upload.check();
    assertEquals(List.of(), names("/days"), "what was tried is deleted");
    for (String file :
        List.of(
            "2026-11-01/a.tar.zst",
            "2026-11-01/.b.unfinished",
            "2026-11-02/c.tar.zst",
            "2026-11-02/notes.txt",
            "2026-11-29/d.tar.zst",
            "archive/e.tar.zst")) {
      files.create(new org.apache.hadoop.fs.Path(uri("/days/" + file))).close();
    }
    upload.deleteOld(7, LocalDate.parse("2026-11-30"));
    assertEquals(
        List.of("2026-11-02/notes.txt", "2026-11-29/d.tar.zst", "archive/e.tar.zst"),
        names("/days"));
  }

  @Test
  void saysInOneLineThatAStoreCannotBeWrittenTo() throws Exception {
    files.create(new org.apache.hadoop.fs.Path(uri("/plain"))).close();
    String said =
        program(Stream.concat(Stream.of("check", uri("/plain/below")), settings()).toList());
    assertTrue(said.startsWith("pinaudit: error: " + uri("/plain/below") + ": "), said);
  }

  private Stream<String> settings() {
    return settings.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue());
  }

  /** Runs the program that a recorder starts, and returns its last line. */
  static String program(List<String> words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RunUpload.class.getName()));
    command.addAll(words);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = process.inputReader().lines().toList();
    process.waitFor();
    return lines.getLast();
  }

  @Test
  void refusesRootsThatAreNotThere() {
    assertThrows(
        NoSuchFileException.class,
        () -> Fleet.audit(folder.resolve("none"), workers, List.of(uri("/nowhere"))));
  }
}
