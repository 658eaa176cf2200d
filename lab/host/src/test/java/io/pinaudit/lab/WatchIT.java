package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches a JVM of this machine that cuts mapped files at times that it tells. */
class WatchIT {
  private static final long PATIENCE_SECONDS = 300;

  /**
   * The goal of 3 s is counted by benchmarks/soak; a test must bear a machine that does much else.
   */
  private static final long LATEST_MILLIS = 30_000;

  private static final String FIRST = "F1 TruncatedBelowMapping [error, possible]";

  @TempDir Path folder;

  /** A line that a process printed, and when. */
  private record Line(String text, long millis) {}

  private final List<Line> lines = Collections.synchronizedList(new ArrayList<>());

  private List<String> program(String... plan) throws IOException {
    Path files = Files.createDirectories(folder.resolve("files"));
    List<String> words = new ArrayList<>();
    words.add(Installation.jdkTool("java").toString());
    words.add("-XX:TieredStopAtLevel=1");
    words.add(Path.of("src/test/programs/Timed.java").toAbsolutePath().toString());
    words.add(files.toString());
    words.addAll(List.of(plan));
    return words;
  }

  private Process pinaudit(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Installation.current().launcher().toString());
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    Process process = builder.start();
    Thread.ofPlatform().daemon().start(() -> read(process));
    return process;
  }

  private void read(Process process) {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(new Line(line, System.currentTimeMillis()));
      }
    } catch (IOException e) {
      // The process was killed.
      return;
    }
  }

  private List<String> words(Path run, List<String> more, List<String> program) {
    List<String> words = new ArrayList<>(List.of("watch", "-o", run.toString()));
    words.addAll(more);
    words.add("--");
    words.addAll(program);
    return words;
  }

  private String output() {
    synchronized (lines) {
      return String.join("\n", lines.stream().map(Line::text).toList());
    }
  }

  /** What was printed before the first line that begins so. */
  private String outputBefore(String beginning) {
    synchronized (lines) {
      return lines.stream()
          .map(Line::text)
          .takeWhile(line -> !line.startsWith(beginning))
          .collect(Collectors.joining("\n"));
    }
  }

  private Line await(Predicate<String> which, Process process) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (System.nanoTime() < deadline) {
      synchronized (lines) {
        for (Line line : lines) {
          if (which.test(line.text)) {
            return line;
          }
        }
      }
      assertTrue(process.isAlive() || lines.isEmpty(), this::output);
      Thread.sleep(20);
    }
    throw new AssertionError(output());
  }

  /** The program tells when it cuts. */
  private long cutAt(int number, Process process) throws InterruptedException {
    String text = await(line -> line.startsWith("FACT " + number + ".cut "), process).text;
    return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
  }

  private static void assertEnds(int status, Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(status, process.exitValue());
  }

  private static void assertSoon(long cutMillis, Line told) {
    long late = told.millis - cutMillis;
    assertTrue(late > 0 && late < LATEST_MILLIS, () -> late + " ms: " + told.text);
  }

  @Test
  void tellsOfEachHazardAtOnceAndAtTheEndWhatAnAuditTells() throws Exception {
    Path run = folder.resolve("run");
    Path metrics = folder.resolve("metrics.prom");
    Path json = folder.resolve("finding.json");
    Path report = folder.resolve("report.json");
    List<String> options =
        List.of(
            "--metrics=" + metrics,
            "--on-finding=cat > " + json,
            "--format=text",
            "--format=json=" + report);
    Process watch =
        pinaudit(words(run, options, program("200:near", "3000:cut", "1500:cut", "0:await")));
    long first = cutAt(2, watch);
    assertFalse(outputBefore("FACT 2.cut ").contains("TruncatedBelowMapping"), this::output);
    assertSoon(first, await(FIRST::equals, watch));
    long second = cutAt(3, watch);
    assertSoon(second, await(line -> line.startsWith(FIRST + ", 2 so far, last "), watch));
    go(4);
    assertEnds(1, watch);

    Finding whole = Audit.of(Inputs.of(List.of(run))).findings().getFirst();
    String end = Files.readString(report);
    assertEquals(2, whole.count());
    assertTrue(end.contains("\"fingerprint\":\"" + whole.fingerprint() + "\""), end);
    assertTrue(end.contains("\"beganNanos\":" + whole.first().began().nanos() + ","), end);
    assertTrue(end.contains("\"lastedNanos\":" + whole.worst().nanos() + ","), end);
    assertTrue(Files.readString(json).contains(whole.fingerprint()));
    assertEquals(List.of("F1 " + whole.fingerprint()), hazardsOf(run.resolve("app.jfr")));
    assertTrue(
        Files.readString(metrics)
            .contains("pinaudit_findings{rule=\"TruncatedBelowMapping\",severity=\"error\"} 1.0"),
        Files.readString(metrics));
  }

  /** What the JVM's own recording says that was found. */
  private static List<String> hazardsOf(Path recording) throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .filter(event -> event.getEventType().getName().equals("pinaudit.HazardFound"))
        .map(event -> event.getString("finding") + " " + event.getString("fingerprint"))
        .toList();
  }

  @Test
  void tellsOfARunThatAnotherRecordsAlthoughItsJvmIsKilled() throws Exception {
    Path run = folder.resolve("run");
    List<String> words = new ArrayList<>(List.of("record", "-o", run.toString(), "--"));
    words.addAll(program("2500:near", "300:cut", "0:await", "0:kill"));
    Process record = pinaudit(words);
    while (!Files.exists(run.resolve("run.json"))) {
      assertTrue(record.isAlive(), this::output);
      Thread.sleep(20);
    }
    Process watch = pinaudit(List.of("watch", run.toString()));
    long cut = cutAt(2, watch);
    assertSoon(cut, await(FIRST::equals, watch));
    go(3);
    assertTrue(record.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEnds(1, watch);
    assertTrue(output().contains("was killed, or has not ended"), this::output);
    assertEquals(1, Audit.of(Inputs.of(List.of(run))).findings().size());
  }

  @Test
  void leavesARunThatCanBeReadIfItIsKilled() throws Exception {
    Path run = folder.resolve("run");
    Process watch = pinaudit(words(run, List.of(), program("2500:near", "300:cut", "0:await")));
    long cut = cutAt(2, watch);
    assertSoon(cut, await(FIRST::equals, watch));
    List<ProcessHandle> jvms = watch.descendants().toList();
    watch.destroyForcibly();
    assertTrue(watch.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    go(3);
    for (ProcessHandle jvm : jvms) {
      jvm.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(1, audit.findings().size());
    assertTrue(audit.verdict().reasons().toString().contains("the recorder did not finish"));
  }

  /** A service that is started again whenever it ends, and then all that ends with the watcher. */
  @Test
  void goesOnWithAJvmThatIsStartedAgainAndLeavesARunThatCanBeRead() throws Exception {
    Path run = folder.resolve("run");
    String service =
        quoted(program("1000:near", "300:cut", "0:await", "0:kill"))
            + "; "
            + quoted(program("1000:near", "20:near", "20:near", "300:cut", "0:await"));
    Process watch = pinaudit(words(run, List.of(), List.of("/bin/sh", "-c", service)));
    assertSoon(cutAt(2, watch), await(FIRST::equals, watch));
    go(3);
    assertSoon(cutAt(4, watch), await(line -> line.startsWith(FIRST + ", 2 so far"), watch));
    List<ProcessHandle> all = watch.descendants().toList();
    watch.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    assertTrue(watch.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    for (ProcessHandle one : all) {
      one.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    Audit audit = Audit.of(Inputs.of(List.of(run)));
    assertEquals(List.of("F1"), audit.findings().stream().map(Finding::id).toList());
    assertEquals(2, audit.findings().getFirst().count());
    assertTrue(audit.verdict().reasons().toString().contains("the recorder did not finish"));
  }

  private static String quoted(List<String> words) {
    return "'" + String.join("' '", words) + "'";
  }

  /** The first to leave takes neither the agent nor the recording from the other. */
  @Test
  void sharesAJvmWithAnotherWatcher() throws Exception {
    Process jvm =
        new ProcessBuilder(program("0:await", "20:cut", "0:await", "20:cut", "0:await"))
            .redirectErrorStream(true)
            .start();
    try {
      Thread.ofPlatform().daemon().start(() -> read(jvm));
      String pid = Long.toString(jvm.pid());
      Path first = folder.resolve("first");
      Path second = folder.resolve("second");
      Process one = pinaudit(List.of("watch", pid, "-o", first.toString()));
      awaitRecordings(pid, 1);
      Process other = pinaudit(List.of("watch", pid, "-o", second.toString()));
      awaitRecordings(pid, 2);
      go(1);
      await(FIRST::equals, one);
      one.destroy();
      assertTrue(one.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      go(3);
      await(line -> line.startsWith(FIRST + ", 2 so far"), other);
      go(5);
      assertEnds(1, other);
      assertEquals(1, Audit.of(Inputs.of(List.of(first))).findings().getFirst().count());
      assertEquals(2, Audit.of(Inputs.of(List.of(second))).findings().getFirst().count());
    } finally {
      jvm.destroyForcibly().waitFor();
    }
  }

  private void go(int step) throws IOException {
    Files.createFile(folder.resolve("files").resolve(step + ".go"));
  }

  private void awaitRecordings(String pid, int count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String answer = "";
    while (answer.split("name=pinaudit-", -1).length <= count) {
      assertTrue(System.nanoTime() < deadline, answer + output());
      answer = FlightRecordings.of(Long.parseLong(pid));
    }
  }
}
