package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole gate on recorded runs, from the command line to the exit status. */
class GateVerbTest {
  /** Complete, two critical findings and one error. */
  private static final String JAVA = "../analyzer/src/test/resources/runs/linux-6.1.192-java-dma";

  /** Partial, two critical findings. */
  private static final String KERNEL =
      "../analyzer/src/test/resources/runs/linux-6.1.192-vmsplice-unlink";

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int gate(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        Stream.concat(Stream.of("gate"), Stream.of(args)).toArray(String[]::new),
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

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** A complete run with one finding, of the JVM's side alone. */
  private String withoutFrees() throws IOException {
    Path run = Files.createDirectories(folder.resolve("without-frees"));
    Files.copy(Path.of(JAVA, "run.json"), run.resolve("run.json"));
    Files.copy(Path.of(JAVA, "app.jfr"), run.resolve("app.jfr"));
    // The same run without its frees, waits and allocations.
    List<String> lines =
        Files.readAllLines(Path.of(JAVA, "kernel.ftrace")).stream()
            .filter(line -> !line.contains("ext4_free_blocks:"))
            .filter(line -> !line.contains("ext4_allocate_blocks:"))
            .toList();
    Files.write(run.resolve("kernel.ftrace"), lines);
    return run.toString();
  }

  @Test
  void failsOnFindings() {
    assertEquals(ExitStatus.FINDINGS, gate(JAVA));
    assertTrue(out().contains("3 findings; the run is complete"), out());
    assertEquals(ExitStatus.CLEAN, gate(JAVA, "--exit-zero"));
  }

  @Test
  void givesOneVerdictOnAllRuns() throws IOException {
    gate(JAVA, KERNEL);
    assertTrue(
        err()
            .contains(
                "pinaudit: gate: 5 findings count in 2 of 2 runs;"
                    + " in 1 of 2 runs not all was seen that the rules need\n"),
        err());
    String known = folder.resolve("known").toString();
    gate(JAVA, "--baseline", known, "--update-baseline");
    gate(JAVA, "--baseline", known);
    assertTrue(
        err().contains("gate: no finding counts; all was seen that the rules need\n"), err());
  }

  @Test
  void passesAKnownFindingAndFailsOnAnother() throws IOException {
    String baseline = folder.resolve("pinaudit.baseline").toString();
    assertEquals(ExitStatus.CLEAN, gate(JAVA, "--baseline", baseline, "--update-baseline"));
    assertEquals(ExitStatus.CLEAN, gate(JAVA, "--baseline", baseline));
    assertTrue(out().contains("in the baseline: F1 FreedWhilePinned"), out());
    assertTrue(out().contains("no findings, 3 let pass; the run is complete"), out());
    assertEquals(ExitStatus.FINDINGS, gate(KERNEL, "--baseline", baseline));
    List<String> lines = Files.readAllLines(Path.of(baseline));
    assertEquals(4, lines.size());
    Files.write(Path.of(baseline), lines.subList(0, 3));
    assertEquals(ExitStatus.FINDINGS, gate(JAVA, "--baseline", baseline));
  }

  @Test
  void keepsWhatAPartialRunCannotHaveSeenInTheBaseline() throws IOException {
    String baseline = folder.resolve("pinaudit.baseline").toString();
    gate(JAVA, "--baseline", baseline, "--update-baseline");
    gate(KERNEL, "--baseline", baseline, "--update-baseline");
    assertEquals(6, Files.readAllLines(Path.of(baseline)).size());
    gate(withoutFrees(), "--baseline", baseline, "--update-baseline");
    assertEquals(2, Files.readAllLines(Path.of(baseline)).size(), "known to be gone");
  }

  @Test
  void namesBaselineEntriesThatAreGone() throws IOException {
    String baseline = file("b", "0123456789abcdef FreedWhilePinned critical app.Old.cut\n");
    assertEquals(ExitStatus.FINDINGS, gate(JAVA, "--baseline", baseline));
    assertTrue(err().contains("in none of these runs: 0123456789abcdef FreedWhilePinned"), err());
    gate(KERNEL, "--baseline", baseline);
    assertFalse(err().contains("0123456789abcdef"), "a partial run shows nothing to be gone");
  }

  @Test
  void excusesWithAReason() throws IOException {
    String all = file("s", "class=io.pinaudit.samples.** reason=it is a sample\n");
    assertEquals(ExitStatus.CLEAN, gate(JAVA, "--suppressions", all));
    assertTrue(out().contains("suppressed (it is a sample): F2 ReusedWhilePinned"), out());
    String one = file("s", "rule=FreedWhilePinned reason=half\n");
    assertEquals(ExitStatus.FINDINGS, gate(JAVA, "--suppressions", one));
    assertFalse(out().contains("suppressed (half): F2"));
  }

  @Test
  void reportsSuppressionsThatExpiredOrDoNothing() throws IOException {
    String file =
        file(
            "s",
            "method=truncateFile until=2020-01-01 reason=old\nclass=no.such.Class reason=idle\n");
    assertEquals(ExitStatus.FINDINGS, gate(JAVA, "--suppressions", file));
    assertTrue(err().contains(file + ":1: warning: expired on 2020-01-01: old"), err());
    assertTrue(err().contains(file + ":2: warning: excuses no finding of these runs: idle"), err());
  }

  @Test
  void passesWhatIsMilderThanItFailsOn() {
    assertEquals(ExitStatus.FINDINGS, gate(JAVA, "--fail-on", "critical"));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--fail-on", "fatal"));
    assertTrue(err().contains("'fatal' is none of warning, error, critical"), err());
  }

  @Test
  void isClean() throws IOException {
    String unmapped = file("s", "rule=UnmappedWhilePinned reason=it is a sample\n");
    String run = withoutFrees();
    assertEquals(ExitStatus.CLEAN, gate(run, "--suppressions", unmapped));
    assertTrue(out().contains("no findings, 1 let pass; the run is complete"), out());
    assertEquals(ExitStatus.FINDINGS, gate(run));
  }

  @Test
  void isInconclusiveWhereNotAllWasSeen() throws IOException {
    String all =
        file(
            "s",
            """
            rule=FreedWhilePinned reason=x
            rule=ReusedWhilePinned reason=y
            rule=UnmappedWhilePinned reason=z
            """);
    assertEquals(ExitStatus.INCONCLUSIVE, gate(KERNEL, "--suppressions", all));
    assertEquals(ExitStatus.CLEAN, gate(KERNEL, "--suppressions", all, "--allow-inconclusive"));
    assertEquals(
        ExitStatus.INCONCLUSIVE, gate(withoutFrees(), KERNEL, "--suppressions", all), "one of two");
  }

  @Test
  void givesOneVerdictOnSeveralRuns() throws IOException {
    String other = withoutFrees();
    assertEquals(ExitStatus.FINDINGS, gate(other, JAVA));
    assertTrue(out().contains("run " + other) && out().contains("run " + JAVA), out());
    assertEquals(ExitStatus.FINDINGS, gate(KERNEL, other), "findings outrank inconclusive");
  }

  @Test
  void letsAnErrorOutrankFindingsAndReportsTheRest() throws IOException {
    assertEquals(ExitStatus.ERROR, gate(JAVA, "no/such/run", "--exit-zero"));
    assertTrue(err().contains("no/such/run: no such file or directory"), err());
    assertTrue(out().contains("F1 FreedWhilePinned"), "the other run is reported all the same");
    String baseline = folder.resolve("b").toString();
    assertEquals(
        ExitStatus.ERROR, gate(JAVA, "no/such", "--baseline", baseline, "--update-baseline"));
    assertFalse(Files.exists(Path.of(baseline)), "no baseline from half of the runs");
  }

  @Test
  void refusesWhatCannotBeMeant() throws IOException {
    assertEquals(ExitStatus.ERROR, gate());
    assertTrue(err().contains("try: pinaudit help gate\n"), err());
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--update-baseline"));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--baseline", folder.resolve("none").toString()));
    assertTrue(err().contains("make it with pinaudit gate --update-baseline"), err());
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--suppressions", file("s", "x\n")));
    assertTrue(err().contains("s:1: error: expected key=value"), err());
  }

  @Test
  void namesTheFileThatCannotBeWritten() {
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--format", "json=/dev/full"));
    assertTrue(err().contains("pinaudit: error: /dev/full: "), err());
  }

  @Test
  void readsSuppressionsBehindAByteOrderMark() throws IOException {
    String all = file("s", "\uFEFFclass=io.pinaudit.samples.** reason=it is a sample\r\n");
    assertEquals(ExitStatus.CLEAN, gate(JAVA, "--suppressions", all));
  }

  @Test
  void writesSeveralFormatsAtOnce() throws IOException {
    Path sarif = folder.resolve("out.sarif");
    Path junit = folder.resolve("junit.xml");
    int status =
        gate(
            JAVA,
            "-f",
            "text",
            "-f",
            "sarif=" + sarif,
            "--format",
            "junit=" + junit,
            "-f",
            "github");
    assertEquals(ExitStatus.FINDINGS, status);
    assertTrue(out().contains("F1 FreedWhilePinned [critical"));
    assertTrue(Files.readString(sarif).contains("\"version\":\"2.1.0\""));
    assertTrue(Files.readString(junit).contains("<testsuite "));
    assertTrue(
        err()
            .contains(
                "::error file=io/pinaudit/samples/DmaIntoTruncated.java,line=122,"
                    + "title=F1 FreedWhilePinned::64 blocks"),
        err());
  }

  @Test
  void refusesFormatsThatCannotBe() {
    assertEquals(ExitStatus.ERROR, gate(JAVA, "-f", "pdf"));
    assertTrue(err().contains("'pdf' is none of text, json, sarif, junit, html, github"), err());
    assertEquals(ExitStatus.ERROR, gate(JAVA, "-f", "json", "-f", "text"));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "-f", "json="));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "-f", "json=a", "-o", "b"));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--color", "blue"));
    assertEquals(ExitStatus.ERROR, gate(JAVA, "--source-root", "no/such/folder"));
    assertEquals(
        ExitStatus.ERROR, gate(JAVA, "-f", "json", "-o", folder.resolve("no/dir").toString()));
    assertTrue(err().contains("no/dir"), err());
  }

  @Test
  void coloursOnlyWhenTold() {
    gate(JAVA);
    assertFalse(out().contains("\u001b["));
    gate(JAVA, "--color", "always");
    assertTrue(out().contains("\u001b[1;31mF1 FreedWhilePinned"), out());
  }
}
