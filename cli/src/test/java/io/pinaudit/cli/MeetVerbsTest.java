package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predictions of a recorded run, and what a gate makes of them. */
class MeetVerbsTest {
  /** Threads of a pool read into memory that the main thread truncates. */
  private static final Path RUN =
      Path.of("../analyzer/src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        args,
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Predicts into a file. */
  private Path plan() throws IOException {
    Path plan = folder.resolve("plan.json");
    assertEquals(
        0, run("predict", RUN.resolve("app.jfr").toString(), "-o", plan.toString()), err());
    return plan;
  }

  @Test
  void predictsFromTheRecordingOfAJvmAlone() throws IOException {
    Plan plan = Plan.read(plan());
    assertTrue(out().contains("hands by FileChannel.read"), out());
    assertTrue(out().contains("takes by FileChannel.truncate"), out());
    assertTrue(out().contains("DmaIntoTruncated.java:"), out());
    assertTrue(
        plan.pairs().stream()
            .anyMatch(pair -> pair.takes().operation().equals("FileChannel.truncate")),
        plan::toString);
    assertFalse(Files.readString(folder.resolve("plan.json")).contains("\"frames\" : [ ]"));
  }

  @Test
  void listsTheNearestOnly() throws IOException {
    assertEquals(0, run("predict", RUN.resolve("app.jfr").toString(), "--pairs", "1"));
    assertTrue(out().endsWith("1 pair\n"), out());
  }

  @Test
  void letsAGatePassWhatIsOnlyPredicted() throws IOException {
    Path plan = plan();
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.copy(RUN.resolve("app.jfr"), run.resolve("app.jfr"));
    Files.copy(plan, run.resolve(Plan.FILE_NAME));
    String[] gate = {"gate", run.toString(), "--rules", "UnorderedCut"};
    assertEquals(0, run(gate), out() + err());
    assertTrue(out().contains("UnorderedCut [error, predicted]"), out());
    assertTrue(err().contains("no finding counts"), err());
    assertEquals(
        1, run("gate", run.toString(), "--rules", "UnorderedCut", "--fail-on-predicted"), err());
    run("analyze", run.toString());
    assertEquals(0, run("explain", run.toString(), first(out())), err());
    assertTrue(out().contains("why this is predicted"), out());
    for (String format : new String[] {"json", "html", "sarif", "junit"}) {
      Path file = folder.resolve(format);
      assertEquals(
          0,
          run("gate", run.toString(), "--rules", "UnorderedCut", "--format", format + "=" + file),
          err());
      assertTrue(Files.readString(file).contains("UnorderedCut"), format);
    }
  }

  private static String first(String report) {
    return Pattern.compile("(F\\d+) UnorderedCut \\[")
        .matcher(report)
        .results()
        .map(line -> line.group(1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refusesWhatItCannotUse() throws IOException {
    assertEquals(2, run("predict"));
    assertEquals(2, run("confirm", folder.resolve("none.json").toString(), "true"));
    assertTrue(err().contains("make a plan with pinaudit predict RUN"), err());
    assertEquals(2, run("confirm", plan().toString()));
    assertEquals(2, run("confirm", "--runs", "some", plan().toString(), "true"));
    Path broken = Files.writeString(folder.resolve("broken.json"), "{");
    assertEquals(2, run("confirm", broken.toString(), "true"));
    assertTrue(err().contains("broken.json:"), err());
  }
}
