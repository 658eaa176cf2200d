package io.pinaudit.samples.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.Main;
import io.pinaudit.harness.FileTree;
import io.pinaudit.linux.Posix;
import io.pinaudit.record.Tracefs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records each program on this machine and holds the reports against {@code samples/real/expected}:
 * by the whole run if this machine can record its kernel, and by the agent's recording alone.
 */
class RealProgramsIT {
  private static final long PATIENCE_SECONDS = 240;
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path RUNS = TARGET.resolve("runs");

  private static boolean kernel;

  @BeforeAll
  static void recordAll() throws Exception {
    FileTree.delete(Files.createDirectories(RUNS));
    Files.createDirectories(RUNS);
    kernel = seesKernel();
    List<String> list = new ArrayList<>();
    for (RealProgram one : RealProgram.values()) {
      if (!kernel) {
        list.add("--no-kernel");
      }
      list.addAll(List.of("-o", run(one).toString(), "--"));
      list.addAll(one.command(Installation.jdkTool("java"), TARGET, folder(one.label())));
      list.add("");
    }
    Path each = Files.write(RUNS.resolve("list"), list);
    assertEquals(0, pinaudit("record", "--each", each.toString()), RealProgramsIT::output);
  }

  private static boolean seesKernel() {
    try {
      return Posix.isRoot() && Tracefs.find() != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path run(RealProgram one) {
    return RUNS.resolve(one.label());
  }

  private static Path folder(String name) throws IOException {
    return Files.createDirectories(RUNS.resolve(name + "-files"));
  }

  private static int pinaudit(String... words) throws IOException, InterruptedException {
    Process process = start(words);
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static Process start(String... words) throws IOException {
    return builder(words)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(RUNS.resolve("output").toFile()))
        .start();
  }

  private static ProcessBuilder builder(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Installation.current().launcher().toString());
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static String output() {
    try {
      return Files.readString(RUNS.resolve("output"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The exit status of {@code analyze}, and its report. */
  private record Analyzed(int status, String report) {
    static Analyzed of(Path input) {
      return of("analyze", input.toString());
    }

    static Analyzed of(String... words) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
      int status = Main.run(words, new Console(stream, stream, false));
      return new Analyzed(status, out.toString(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource(RealProgram.class)
  void isJudgedRightly(RealProgram one) throws IOException {
    assumeTrue(kernel, "skipped: needs root and tracefs");
    check(one, Analyzed.of(run(one)), one.label());
  }

  @ParameterizedTest
  @EnumSource(RealProgram.class)
  void isJudgedRightlyByTheAgentAlone(RealProgram one) throws IOException {
    check(one, Analyzed.of(run(one).resolve("app.jfr")), one.label() + "-agent");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attachesToAService(boolean fixed) throws Exception {
    String label = fixed ? "service-fixed" : "service";
    Path folder = folder(label);
    Process service = service(folder, fixed);
    try {
      Path run = RUNS.resolve(label);
      List<String> attach =
          new ArrayList<>(List.of("attach", Long.toString(service.pid()), "-o", run.toString()));
      attach.addAll(List.of("--seconds", "2", "--no-kernel"));
      assertEquals(0, pinaudit(attach.toArray(String[]::new)), RealProgramsIT::output);
      Analyzed analyzed = Analyzed.of(run);
      if (fixed) {
        assertEquals(ExitStatus.CLEAN, analyzed.status(), analyzed.report());
      } else {
        // A cut while the agent leaves may be nobody's.
        String report = Masked.report(analyzed.report(), RUNS.toString());
        checkReport(Masked.first(report), label);
      }
    } finally {
      Files.deleteIfExists(folder.resolve("ready"));
      service.waitFor();
    }
  }

  /** Starts the service and waits until it serves. */
  private static Process service(Path folder, boolean fixed)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Installation.jdkTool("java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    words.addAll(List.of("-cp", TARGET + "/pinaudit-real-samples.jar"));
    words.addAll(List.of(CacheService.class.getName(), folder.toString()));
    if (fixed) {
      words.add("--fixed");
    }
    Process service = new ProcessBuilder(words).inheritIO().start();
    while (service.isAlive() && !Files.exists(folder.resolve("ready"))) {
      Thread.sleep(50);
    }
    return service;
  }

  /** What is told while the service goes on, and what stands in its own recording then. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void watchesAService(boolean fixed) throws Exception {
    String label = fixed ? "service-watched-fixed" : "service-watched";
    Path folder = folder(label);
    Process service = service(folder, fixed);
    try {
      Path run = RUNS.resolve(label);
      Path told = RUNS.resolve(label + "-output");
      Process watch =
          builder("watch", Long.toString(service.pid()), "-o", run.toString(), "--no-kernel")
              .redirectOutput(told.toFile())
              .start();
      while (watch.isAlive() && !isWatched(run, fixed ? "" : " so far, last ", told)) {
        Thread.sleep(100);
      }
      Thread.sleep(1_500);
      watch.destroy();
      assertTrue(watch.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      String text = Files.readString(told);
      assertEquals(fixed, text.contains("no findings; the run is complete"), text);
      if (!fixed) {
        checkReport(Masked.told(Masked.report(text, RUNS.toString())), label);
        assertTrue(found(run.resolve("app.jfr")).startsWith("F1 TruncatedBelowMapping error"));
      }
    } finally {
      Files.deleteIfExists(folder.resolve("ready"));
      service.waitFor();
    }
  }

  /** Returns whether the service is recorded, and something was printed. */
  private static boolean isWatched(Path run, String words, Path told) throws IOException {
    return Files.exists(run.resolve("app.jfr")) && Files.readString(told).contains(words);
  }

  /** Returns what the service's recording says that was found first. */
  private static String found(Path recording) throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .filter(event -> event.getEventType().getName().equals("pinaudit.HazardFound"))
        .map(
            event ->
                String.join(
                    " ",
                    event.getString("finding"),
                    event.getString("rule"),
                    event.getString("severity")))
        .findFirst()
        .orElse("nothing");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsWhatNothingOrders(boolean fixed) throws Exception {
    String label = fixed ? "jetty-fixed" : "jetty";
    Path run = RUNS.resolve(label);
    List<String> words = new ArrayList<>(List.of("record", "--no-kernel", "--meet", "4"));
    words.addAll(List.of("-o", run.toString(), "--", Installation.jdkTool("java").toString()));
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    words.addAll(List.of("-cp", TARGET + "/pinaudit-real-samples.jar:" + TARGET + "/lib/*"));
    words.addAll(List.of(JettyFiles.class.getName(), folder(label).toString()));
    if (fixed) {
      words.add("--fixed");
    }
    assertEquals(0, pinaudit(words.toArray(String[]::new)), RealProgramsIT::output);
    List<String> gate = new ArrayList<>(List.of("gate", "--rules", "UnorderedCut"));
    try (Stream<Path> folders = Files.list(run)) {
      folders.map(Path::toString).filter(name -> name.contains("/meet-")).forEach(gate::add);
    }
    Analyzed judged = Analyzed.of(gate.toArray(String[]::new));
    assertEquals(fixed ? ExitStatus.CLEAN : ExitStatus.FINDINGS, judged.status(), judged::report);
    assertEquals(!fixed, judged.report().contains("UnorderedCut [error, met]"), judged::report);
  }

  private static void check(RealProgram one, Analyzed analyzed, String label) throws IOException {
    if (one.broken()) {
      checkReport(Masked.report(analyzed.report(), RUNS.toString()), label);
      assertEquals(ExitStatus.FINDINGS, analyzed.status(), analyzed.report());
    } else {
      assertEquals(ExitStatus.CLEAN, analyzed.status(), analyzed.report());
    }
  }

  private static void checkReport(String actual, String label) throws IOException {
    Files.writeString(RUNS.resolve(label + ".txt"), actual);
    Path golden = Path.of("expected", label + ".txt");
    assertEquals(Files.readString(golden), actual, "see " + RUNS.resolve(label + ".txt"));
  }

  @Test
  void hasNoReportThatNoProgramMakes() throws IOException {
    try (var files = Files.list(Path.of("expected"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replaceAll("(-agent)?\\.txt$", "");
        boolean known = name.matches("service(-watched)?");
        for (RealProgram one : RealProgram.values()) {
          known |= one.broken() && one.label().equals(name);
        }
        assertTrue(known, () -> "no program makes " + file);
      }
    }
  }
}
