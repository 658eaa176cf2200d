package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.predict.Prediction;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Twins of two threads whose calls do not overlap: where only luck keeps them apart they meet,
 * where something orders them they never do.
 */
class MeetTwinsIT {
  private static final Path HOME = Path.of(System.getProperty("pinaudit.home"));
  private static final Path PROGRAMS = HOME.resolve("lab/host/src/test/programs");
  private static final Path AGENT = HOME.resolve("agent/target/pinaudit-agent.jar");
  private static final Path SETTINGS = HOME.resolve("events/src/main/resources/pinaudit.jfc");

  /** One of each family; the others are for those who have time. */
  private static final List<String> SOME =
      List.of(
          "join",
          "lock",
          "latch",
          "queue",
          "flag",
          "count",
          "mailbox",
          "loop",
          "idleThread",
          "halves",
          "oneOfMany",
          "instances",
          "position",
          "cutFirst",
          "virtual",
          "scope",
          "arena",
          "punch");

  private static final int RUNS = 4;

  /** On a quiet machine all have met after two to four; a busy one keeps threads away for long. */
  private static final int MOST_RUNS = 12;

  private static final double ENOUGH = 0.95;

  // A JVM waits for five seconds at most: for so many twins in each run.
  private static final int AT_ONCE = 12;

  @TempDir private Path folder;

  @ParameterizedTest(name = "JDK {0}")
  @CsvSource({"17", "25"})
  void meetWhereOnlyLuckKeepsThemApart(int feature) throws Exception {
    assertMost(new Twins(feature, "Racy", SOME));
  }

  @ParameterizedTest(name = "JDK {0}")
  @CsvSource({"17", "25"})
  void neverMeetWhereSomethingOrdersThem(int feature) throws Exception {
    assertNone(new Twins(feature, "Ordered", SOME), 2);
  }

  @Tag("full")
  @ParameterizedTest(name = "JDK {0}")
  @CsvSource({"17", "25"})
  void allMeetWhereOnlyLuckKeepsThemApart(int feature) throws Exception {
    assertMost(new Twins(feature, "Racy", List.of()));
  }

  @Tag("full")
  @ParameterizedTest(name = "JDK {0}")
  @CsvSource({"17", "25"})
  void noneEverMeetsWhereSomethingOrdersThem(int feature) throws Exception {
    assertNone(new Twins(feature, "Ordered", List.of()), RUNS);
  }

  private static void assertMost(Twins twins) throws Exception {
    Plan plan = twins.predicted();
    Set<String> met = new TreeSet<>();
    for (int turn = 0; turn < MOST_RUNS && !met.containsAll(twins.names); turn++) {
      met.addAll(twins.met(plan, turn));
    }
    Set<String> missed = new TreeSet<>(twins.names);
    missed.removeAll(met);
    System.out.println(twins + ": " + met.size() + " met, not: " + missed);
    // Of few, one may miss.
    int all = twins.names.size();
    assertTrue(met.size() >= Math.min(ENOUGH * all, all - 1), () -> "did not meet: " + missed);
  }

  private static void assertNone(Twins twins, int runs) throws Exception {
    Plan plan = twins.predicted();
    assertTrue(plan.pairs().size() > twins.names.size() / 2, () -> "few pairs: " + plan);
    for (int turn = 0; turn < runs; turn++) {
      assertEquals(Set.of(), twins.met(plan, turn));
    }
    Set<String> named = new TreeSet<>();
    plan.pairs().forEach(pair -> named.add(Twins.twin(pair.near().file())));
    named.removeAll(twins.held);
    assertTrue(named.size() <= twins.held.size() / 10, () -> "not held: " + named);
    System.out.println(
        twins + ": none met in " + runs + " runs, " + twins.held.size() + " were held");
  }

  /** Twins of one kind on one JDK. */
  private final class Twins {
    private final int feature;
    private final String kind;
    private final List<String> wanted;
    private final Path home;
    private final Path classes;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> held = new TreeSet<>();
    private int runs;

    Twins(int feature, String kind, List<String> wanted) throws IOException {
      this.feature = feature;
      this.kind = kind;
      this.wanted = wanted;
      Optional<Path> jdk = jdk(feature);
      assumeTrue(jdk.isPresent(), () -> "skipped: no JDK " + feature + " under /usr/lib/jvm");
      home = jdk.get();
      classes = compiled();
    }

    private Path compiled() {
      Path target = folder.resolve("classes");
      List<String> options = new ArrayList<>();
      options.addAll(List.of("-d", target.toString(), "--release", Integer.toString(feature)));
      options.addAll(List.of("-sourcepath", PROGRAMS.toString(), "-nowarn", "-Xlint:none"));
      if (feature > 17) {
        options.add("--enable-preview");
      }
      options.add(PROGRAMS.resolve(program() + ".java").toString());
      int status =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, options.toArray(String[]::new));
      assertEquals(0, status, "javac");
      return target;
    }

    private String program() {
      return feature > 17 ? "MeetTwins25" : "MeetTwins";
    }

    /** The pairs of a run without a plan. */
    Plan predicted() throws Exception {
      Path recording = run(List.of(), wanted);
      return Prediction.of(Inputs.of(List.of(recording)), Prediction.WITHIN, 1_000).plan();
    }

    /** The twins that meet in a run with a plan. */
    Set<String> met(Plan plan, int turn) throws Exception {
      Path file = folder.resolve("plan.json");
      plan.write(file);
      List<String> options = List.of("-Dpinaudit.meet=" + file, "-Dpinaudit.turn=" + turn);
      List<String> all = names.stream().map(name -> name.replaceAll(kind + "$", "")).toList();
      Set<String> met = new TreeSet<>();
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        List<String> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
        met.addAll(metIn(run(options, some)));
      }
      return met;
    }

    private Set<String> metIn(Path recording) throws IOException {
      Set<String> met = new TreeSet<>();
      Audit.of(
          Inputs.of(List.of(recording)),
          (moment, _) -> {
            if (moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)
                && call.effect() instanceof JavaCall.Waited waited) {
              String twin = twin(waited.file().path());
              held.add(twin);
              if (waited.met()) {
                met.add(twin);
              }
            }
          });
      return met;
    }

    private static String twin(String path) {
      return Path.of(String.valueOf(path)).getFileName().toString().replaceAll("\\..*", "");
    }

    private Path run(List<String> more, List<String> twins) throws Exception {
      Path work = Files.createDirectory(folder.resolve("run-" + runs++));
      Path recording = work.resolve("app.jfr");
      Path out = work.resolve("out.txt");
      List<String> command = new ArrayList<>();
      command.add(home.resolve("bin/java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      command.add("-javaagent:" + AGENT);
      command.addAll(more);
      command.add("-XX:StartFlightRecording:settings=" + SETTINGS + ",filename=" + recording);
      command.add("-Xlog:jfr+startup=off");
      if (feature > 17) {
        command.addAll(List.of("--enable-preview", "--enable-native-access=ALL-UNNAMED"));
      }
      command.addAll(List.of("-cp", classes.toString(), program(), work.toString(), kind));
      command.addAll(twins);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      assertTrue(process.waitFor(300, TimeUnit.SECONDS), "ended in time");
      List<String> lines = Files.readAllLines(out);
      assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
      lines.stream()
          .filter(line -> line.startsWith("twin "))
          .forEach(line -> names.add(line.substring("twin ".length())));
      return recording;
    }

    @Override
    public String toString() {
      return names.size() + " " + kind + " twins on JDK " + feature;
    }
  }

  private static Optional<Path> jdk(int feature) throws IOException {
    try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
      return homes.sorted().filter(home -> isOf(home, feature)).findFirst();
    }
  }

  private static boolean isOf(Path home, int feature) {
    try {
      Path release = home.resolve("release");
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.isRegularFile(release)
          && Files.readString(release).contains("JAVA_VERSION=\"" + feature + ".");
    } catch (IOException e) {
      return false;
    }
  }
}
