package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final String RUN =
      "../analyzer/src/test/resources/runs/linux-6.1.192-vmsplice-unlink";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Main.run(
        args,
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false));
  }

  private String error() {
    return err.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  @Test
  void exitsWithOneWhenSomethingIsFound() {
    assertEquals(ExitStatus.FINDINGS, run("analyze", RUN));
    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("F1 FreedWhilePinned [critical, confirmed]"));
    assertEquals(0, err.size());
  }

  @Test
  void exitsWithZeroWhenTold() {
    assertEquals(ExitStatus.CLEAN, run("analyze", "--exit-zero", RUN));
  }

  @Test
  void exitsWithThreeWhenNothingIsFoundInPartOfARun(@TempDir Path folder) throws Exception {
    Path trace = Files.createFile(folder.resolve("kernel.ftrace"));
    assertEquals(ExitStatus.INCONCLUSIVE, run("analyze", trace.toString()));
    assertEquals(ExitStatus.CLEAN, run("analyze", "--allow-inconclusive", trace.toString()));
  }

  @Test
  void rejectsUnknownVerbsAndOptions() {
    assertEquals(ExitStatus.ERROR, run("analyse"));
    assertEquals("pinaudit: error: unknown verb 'analyse': did you mean analyze?", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("gaet", "run"));
    assertEquals("pinaudit: error: unknown verb 'gaet': did you mean gate?", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("audit"));
    assertEquals("pinaudit: error: unknown verb 'audit'", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("analyze", "--colour"));
    assertEquals(
        "pinaudit: error: analyze: Unrecognized option: --colour: did you mean --color?", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("analyze", "--fromat=html", RUN));
    assertEquals(
        "pinaudit: error: analyze: Unrecognized option: --fromat=html: did you mean --format?",
        error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("analyze", "--verbose", RUN));
    assertEquals("pinaudit: error: analyze: Unrecognized option: --verbose", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("analyze"));
    assertTrue(error().startsWith("pinaudit: error: analyze: name a run directory"));
    assertEquals(ExitStatus.ERROR, run());
  }

  @Test
  void makesNoRunForACommandThatIsNotThere(@TempDir Path folder) {
    Path run = folder.resolve("run");
    String output = run.toString();
    assertEquals(ExitStatus.ERROR, run("record", "-o", output, "--", "no-such-command", "sh"));
    assertEquals(
        "pinaudit: error: record: 'no-such-command' is no command that can be run", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("record", "-o", output, "--", folder + "/tool"));
    assertTrue(error().endsWith("/tool' is no command that can be run"), error());
    assertFalse(Files.exists(run));
  }

  @Test
  void locatesWhatItCannotRead() {
    assertEquals(ExitStatus.ERROR, run("analyze", "no/such/run"));
    assertEquals("pinaudit: error: no/such/run: no such file or directory", error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("analyze", "src"));
    assertTrue(error().contains("src: error: not a run directory"));
  }

  @Test
  void attachesToOneLiveProcess() {
    assertEquals(ExitStatus.ERROR, run("attach"));
    assertTrue(error().contains("expected one process id"), error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("attach", "999999999"));
    assertTrue(error().contains("no process 999999999"), error());
    err.reset();
    long self = ProcessHandle.current().pid();
    assertEquals(ExitStatus.ERROR, run("attach", Long.toString(self), "--seconds", "0"));
    assertTrue(error().contains("outside [1, 9999999]"), error());
  }

  @Test
  void explainsAFindingThatThereIs() {
    assertEquals(ExitStatus.CLEAN, run("explain", RUN, "F1"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("FreedWhilePinned"));
    assertEquals(ExitStatus.ERROR, run("explain", RUN, "F9"));
    assertTrue(error().startsWith("pinaudit: error: explain: no F9: F1"), error());
  }

  @Test
  void printsProbesInALanguageOnly() {
    assertEquals(ExitStatus.ERROR, run("probes"));
    assertEquals("pinaudit: error: probes: expected --bpftrace and no argument", error());
  }

  @Test
  void predictsFromRunsAndConfirmsPlans() {
    assertEquals(ExitStatus.ERROR, run("predict"));
    assertTrue(error().startsWith("pinaudit: error: predict: name a run directory"), error());
    err.reset();
    assertEquals(ExitStatus.ERROR, run("confirm", "plan.json"));
    assertTrue(error().startsWith("pinaudit: error: confirm: name a plan and a command"), error());
  }

  @Test
  void doctorTakesNoArguments() {
    assertEquals(ExitStatus.ERROR, run("doctor", "--jdk", "25"));
    assertEquals("pinaudit: error: doctor: Unrecognized option: --jdk", error());
  }

  @Test
  void helpsWithEveryVerb() {
    for (String verb : new String[] {"analyze", "attach", "record"}) {
      assertEquals(ExitStatus.CLEAN, run("help", verb));
      assertEquals(ExitStatus.CLEAN, run(verb, "--help"));
      assertTrue(out.toString(StandardCharsets.UTF_8).contains("usage:"));
    }
    assertEquals(ExitStatus.CLEAN, run("help"));
    assertEquals(ExitStatus.CLEAN, run("version"));
  }

  /** Pages and text alike, with the numbers that reports name. */
  @Test
  void printsTraces() {
    assertEquals(
        ExitStatus.CLEAN,
        run("trace", "../analyzer/src/test/resources/traces/trace-cmd-3.1.6-v6.dat"));
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(104, lines.size());
    assertEquals(
        "trace-cmd-3.1.6-v6.dat:1:           hazard-189     [000] 20.994342142: "
            + "ext4_allocate_blocks: dev 259,0 ino 12 flags HINT_DATA len 16 block 33312 lblk 0 "
            + "goal 32768 lleft 0 lright 0 pleft 0 pright 0",
        lines.getFirst());
    out.reset();
    assertEquals(ExitStatus.CLEAN, run("trace", RUN));
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("kernel.ftrace:1: "));
    assertEquals(ExitStatus.ERROR, run("trace"));
    assertEquals("pinaudit: error: trace: name a run directory or a trace.dat", error());
  }
}
