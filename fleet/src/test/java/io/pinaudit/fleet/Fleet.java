package io.pinaudit.fleet;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Verb;
import io.pinaudit.events.Intervention;
import io.pinaudit.fleet.audit.FleetAudit;
import io.pinaudit.fleet.audit.Threads;
import io.pinaudit.fleet.audit.Timeline;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;

/** Makes recordings of other hosts from the recorded ones, and audits them, in tests. */
public final class Fleet {
  /** The recorded runs. */
  public static final Path FIXTURES =
      Path.of("../analyzer/src/test/resources/runs").toAbsolutePath().normalize();

  private Fleet() {}

  /**
   * Who recorded what.
   *
   * @param host the machine
   * @param boot of the machine
   * @param start such as {@code 2026-11-30T10:00:00Z}
   * @param version of the application
   */
  public record Origin(String host, String boot, String start, String version) {}

  /** Copies a fixture as if another host had recorded it. */
  public static Path copy(String fixture, Path target, Origin origin) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(FIXTURES.resolve(fixture))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    describe(target, origin);
    return target;
  }

  /** A complete run without critical findings: blocks are pinned, and none are freed. */
  public static Path harmless(Path target, Origin origin) throws IOException {
    copy("linux-6.1.192-java-dma", target, origin);
    Path trace = target.resolve("kernel.ftrace");
    List<String> lines =
        Files.readAllLines(trace).stream()
            .filter(line -> !line.contains("ext4_free_blocks:"))
            .filter(line -> !line.contains("ext4_allocate_blocks:"))
            .toList();
    Files.write(trace, lines);
    return target;
  }

  /** Gives a run without a JVM a recording in which the guard has refused a call three times. */
  public static void guard(Path run) throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable(Intervention.class);
      recording.start();
      for (int i = 1; i <= 3; i++) {
        Intervention event = new Intervention();
        event.operation = "FileChannel.truncate";
        event.startNanos = 1_000_000;
        event.endNanos = event.startNanos + 2_000L * i;
        event.path = "/data/a.dat";
        event.mode = "wait";
        event.done = Intervention.REFUSED;
        event.reason = "deadline";
        event.subject = "buffer";
        event.holdOperation = "FileChannel.write";
        event.holdStack = "app.Log.send(Log.java:91)\napp.Main.run(Main.java:3)";
        event.commit();
      }
      recording.stop();
      recording.dump(run.resolve("app.jfr"));
    }
  }

  /** Writes into a run's description which recording of which host it is. */
  public static void describe(Path run, Origin origin) throws IOException {
    Path json = run.resolve("run.json");
    String added =
        """
        {"recordingId":"%s","hostId":"%s","startTime":"%s","labels":{"app.version":"%s"},\
        """
            .formatted(run.getFileName(), origin.host, origin.start, origin.version)
            .strip();
    Files.writeString(
        json,
        Files.readString(json)
            .replaceFirst("\\{", Matcher.quoteReplacement(added))
            .replaceFirst("\"bootId\":\"[^\"]*\"", "\"bootId\":\"" + origin.boot + "\""));
  }

  /** Audits roots into tables. */
  public static FleetAudit.Outcome audit(Path tables, Object... roots)
      throws IOException, InterruptedException {
    Path scratch = Files.createDirectories(tables.resolveSibling("scratch"));
    List<String> names = Stream.of(roots).map(Object::toString).toList();
    try (Workers workers = new Threads(scratch)) {
      return audit(tables, workers, names);
    }
  }

  /** Audits roots into tables. */
  public static FleetAudit.Outcome audit(Path tables, Workers workers, List<String> roots)
      throws IOException, InterruptedException {
    try (Tables open = Tables.writing(tables)) {
      return new FleetAudit(open, workers, nobody()).run(workers.heads(Roots.find(roots)));
    }
  }

  /**
   * Audits what can be split device by device, and everything else whole.
   *
   * @return how many timelines were split
   */
  public static long auditSplit(Path tables, Workers workers, Path root)
      throws IOException, InterruptedException {
    List<RunHead> heads = workers.heads(Roots.find(List.of(root.toString())));
    try (Tables open = Tables.writing(tables)) {
      new FleetAudit(open, workers, nobody()).splitAbove(1).run(heads);
    }
    return workers.shares(Timeline.of(heads)).stream().filter(one -> one.size() > 1).count();
  }

  /** Makes runs on two devices of all recorded ones whose traces are text. */
  public static void twoDevices(Path folder) throws IOException {
    try (Stream<Path> fixtures = Files.list(FIXTURES)) {
      for (Path fixture : fixtures.sorted().toList()) {
        if (Files.exists(fixture.resolve("kernel.ftrace"))) {
          TwoDevices.make(fixture, folder.resolve(fixture.getFileName()), 1);
        }
      }
    }
  }

  /** Reads the heads of the recordings below a root. */
  public static List<RunHead> heads(Path root, Path scratch)
      throws IOException, InterruptedException {
    try (Workers workers = new Threads(scratch)) {
      return workers.heads(Roots.find(List.of(root.toString())));
    }
  }

  /** Nobody is told how far an audit has come. */
  public static FleetAudit.Watcher nobody() {
    return new FleetAudit.Watcher() {
      @Override
      public void planned(int recordings, long bytes) {}

      @Override
      public void done(Timeline timeline) {}
    };
  }

  /** All rows of a table, as text, in their order. */
  public static <T extends Record> List<String> rows(Path tables, Table<T> table)
      throws IOException {
    return rowsOf(tables, table).entrySet().stream()
        .flatMap(day -> day.getValue().stream().map(row -> day.getKey() + " " + row))
        .toList();
  }

  /** All rows of a table. */
  public static <T extends Record> List<T> read(Path tables, Table<T> table) throws IOException {
    return rowsOf(tables, table).values().stream().flatMap(List::stream).toList();
  }

  private static <T extends Record> Map<String, List<T>> rowsOf(Path tables, Table<T> table)
      throws IOException {
    Map<String, List<T>> rows = new TreeMap<>();
    try (Tables open = Tables.reading(tables)) {
      open.read(
          table,
          (day, row) -> rows.computeIfAbsent(day.toString(), _ -> new ArrayList<>()).add(row));
    }
    return rows;
  }

  /** All rows of all tables. */
  public static Map<String, List<String>> all(Path tables) throws IOException {
    Map<String, List<String>> all = new TreeMap<>();
    for (Table<?> table : Table.OF_AUDITS) {
      all.put(table.name(), rows(tables, table));
    }
    return all;
  }

  /** What the command line printed, and its exit status. */
  public record Said(int status, String out, String err) {}

  /** Runs the verb as the command line does, but lets its exceptions through. */
  public static Said run(Object... words) throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    Verb verb =
        ServiceLoader.load(Verb.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(one -> one.name().equals("fleet"))
            .findFirst()
            .orElseThrow();
    int status = verb.run(parse(verb, words), console);
    return new Said(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static CommandLine parse(Verb verb, Object... words) {
    String[] texts = Stream.of(words).map(Object::toString).toArray(String[]::new);
    try {
      return new DefaultParser().parse(verb.options(), texts, false);
    } catch (ParseException e) {
      throw new IllegalArgumentException(Stream.of(texts).collect(Collectors.joining(" ")), e);
    }
  }
}
