package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.events.DaxMounts;
import io.pinaudit.events.HookCoverage;
import io.pinaudit.run.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said of each rule when something of a run was not seen. */
class VerdictTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");
  private static final Path JVM = RUNS.resolve("linux-6.18-jvm-only");
  private static final Path DAX = RUNS.resolve("linux-6.1.192-java-dma");
  private static final Set<Hazard> ABOUT_DAX =
      Set.of(Hazard.FREED_WHILE_PINNED, Hazard.REUSED_WHILE_PINNED, Hazard.TRUNCATE_STALLED_BY_PIN);

  @TempDir Path run;

  /** A recorded run whose description says something else. */
  private Verdict verdict(Path recorded, UnaryOperator<String> description) throws IOException {
    for (String name : List.of("app.jfr", "kernel.ftrace")) {
      if (Files.exists(recorded.resolve(name))) {
        Files.copy(recorded.resolve(name), run.resolve(name));
      }
    }
    String before = Files.readString(recorded.resolve("run.json"));
    String after = description.apply(before);
    assertTrue(description.equals(UNCHANGED) || !after.equals(before), "nothing was replaced");
    Files.writeString(run.resolve("run.json"), after);
    return Audit.of(Inputs.of(List.of(run))).verdict();
  }

  private static final UnaryOperator<String> UNCHANGED = UnaryOperator.identity();

  /** No persistent memory, and no file system with DAX. */
  private static String ordinary(String text) {
    return text.replaceAll("\"dax\": ?true", "\"dax\":false")
        .replaceAll("\"kind\": ?\"PMEM_\\w+\"", "\"kind\":\"OTHER\"");
  }

  private static String notAttached(String text, String evidence) {
    return text.replaceAll(
        "(\"evidence\": ?\"" + evidence + "\",\\s*)\"attached\": ?true",
        "$1\"attached\":false,\"reason\":\"not here\"");
  }

  @Test
  void withoutDaxTheCallsOfTheJvmAloneAreEnough() throws IOException {
    Verdict verdict = verdict(JVM, UNCHANGED);
    assertEquals(Completeness.COMPLETE, verdict.completeness());
    assertEquals(Rules.all().size(), verdict.rules().size());
    verdict
        .rules()
        .forEach(
            (rule, applied) ->
                assertEquals(
                    ABOUT_DAX.contains(rule) || rule == Hazard.UNORDERED_CUT,
                    applied instanceof Applied.RuledOut,
                    rule.rule()));
  }

  /** {@code app.jfr} and nothing else, as the agent alone leaves it. */
  @ParameterizedTest
  @CsvSource({"17, 0, COMPLETE", "17, 1, PARTIAL", "0, 0, PARTIAL"})
  void withoutDescriptionTheAgentSaysWhetherThereIsDax(
      int mounts, int withDax, Completeness expected) throws IOException {
    Path file = run.resolve("app.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(DaxMounts.class);
      recording.enable(HookCoverage.class);
      recording.start();
      new HookCoverage().commit();
      DaxMounts event = new DaxMounts();
      event.mounts = mounts;
      event.withDax = withDax;
      event.commit();
      recording.dump(file);
    }
    Verdict verdict = Audit.of(Inputs.of(List.of(file))).verdict();
    assertEquals(expected, verdict.completeness(), verdict::toString);
  }

  @Test
  void withDaxTheCallsOfTheJvmAloneAreNot() throws IOException {
    Verdict verdict = verdict(JVM, text -> text.replaceFirst("\"dax\": ?false", "\"dax\":true"));
    assertEquals(Completeness.PARTIAL, verdict.completeness());
    assertTrue(
        verdict.reasons().stream().anyMatch(reason -> reason.startsWith("no kernel trace")),
        verdict::toString);
    assertInstanceOf(Applied.InPart.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
    assertInstanceOf(Applied.NotAtAll.class, verdict.rules().get(Hazard.REUSED_WHILE_PINNED));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.TRUNCATED_BELOW_MAPPING));
  }

  @Test
  void persistentMemoryMayHaveDaxFileByFile() throws IOException {
    Verdict verdict = verdict(DAX, text -> text.replaceAll("\"dax\": ?true", "\"dax\":false"));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
  }

  @Test
  void probeThatARuleNeedsIsADoubtToThatRule() throws IOException {
    Verdict verdict = verdict(DAX, text -> notAttached(text, "allocations"));
    assertEquals(Completeness.PARTIAL, verdict.completeness());
    assertEquals(
        new Applied.NotAtAll(Set.of(Evidence.ALLOCATIONS)),
        verdict.rules().get(Hazard.REUSED_WHILE_PINNED));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
    assertTrue(verdict.reasons().getFirst().contains("(allocations) was not attached: not here"));
  }

  @Test
  void probeThatHelpsARuleIsADoubtToItOnlyWhereItIsNotRuledOut() throws IOException {
    Verdict dax = verdict(DAX, text -> notAttached(text, "inodes"));
    Applied freed = dax.rules().get(Hazard.FREED_WHILE_PINNED);
    assertInstanceOf(Applied.InPart.class, freed);
    assertTrue(((Applied.InPart) freed).unseen().getFirst().contains("(inodes) was not attached"));
  }

  @Test
  void probeThatNoRuleNeedsThereIsANote() throws IOException {
    Verdict verdict = verdict(DAX, text -> notAttached(ordinary(text), "inodes"));
    assertEquals(Completeness.COMPLETE, verdict.completeness());
    assertTrue(
        verdict.notes().stream().anyMatch(note -> note.contains("(inodes) was not attached")),
        verdict.notes()::toString);
  }

  @Test
  void lossOfTheKernelIsNoDoubtToTheCallsOfTheJvm() throws IOException {
    Verdict verdict =
        verdict(DAX, text -> text.replaceAll("\"finished\": ?true", "\"finished\":false"));
    assertInstanceOf(Applied.InPart.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.UNMAPPED_WHILE_PINNED));
  }

  @Test
  void kernelIsInDoubtWhereAJvmOutlivedItsRecorder() throws IOException {
    Matcher end = Pattern.compile("\"endNanos\": ?(\\d+)").matcher(description());
    assertTrue(end.find());
    // The program's last call comes 0.8 s before the end.
    long early = Long.parseLong(end.group(1)) - 1_500_000_000L;
    Verdict verdict = verdict(DAX, text -> text.replace(end.group(1), Long.toString(early)));
    assertTrue(verdict.reasons().getFirst().startsWith("a JVM went on for "), verdict::toString);
    assertInstanceOf(Applied.InPart.class, verdict.rules().get(Hazard.FREED_WHILE_PINNED));
    assertInstanceOf(Applied.Whole.class, verdict.rules().get(Hazard.TRUNCATED_BELOW_MAPPING));
  }

  @Test
  void aJvmWithoutTheAgentIsADoubt() throws IOException {
    String jvms = "\"jvms\":[{\"pid\":4711,\"command\":\"java M\",\"audited\":%s}],$0";
    Verdict without = verdict(JVM, text -> withJvms(text, jvms.formatted(false)));
    assertEquals(
        List.of("JVM 4711 ran without the agent: its calls are missing (java M)"),
        without.reasons());
    assertInstanceOf(Applied.InPart.class, without.rules().get(Hazard.TRUNCATED_BELOW_MAPPING));
    Files.delete(run.resolve("app.jfr"));
    Verdict with = verdict(JVM, text -> withJvms(text, jvms.formatted(true)));
    assertEquals(List.of(), with.reasons());
  }

  /**
   * The agent goes into the JVM that is recorded; the kernel's side sees the failures of others.
   */
  @ParameterizedTest
  @CsvSource({"java, faults, COMPLETE", "java, other, PARTIAL", "sh, faults, PARTIAL"})
  void aJvmOfARecordedJvmIsANoteWhereTheKernelTellsOfFailures(
      String command, String evidence, Completeness expected) throws IOException {
    String jvms = "\"jvms\":[{\"pid\":4711,\"command\":\"java M\",\"audited\":false}],$0";
    Verdict verdict =
        verdict(
            DAX,
            text ->
                withJvms(ordinary(text), jvms)
                    .replaceFirst("\"command\": ?\\[[^]]*]", "\"command\":[\"/x/" + command + "\"]")
                    .replaceFirst("\"evidence\": ?\"inodes\"", "\"evidence\":\"" + evidence + '"'));
    assertEquals(expected, verdict.completeness(), verdict::toString);
    List<String> lines = expected == Completeness.COMPLETE ? verdict.notes() : verdict.reasons();
    assertTrue(lines.stream().anyMatch(line -> line.contains("JVM 4711 ran without")));
  }

  private static String withJvms(String text, String jvms) {
    return text.replaceFirst("\"startNanos\"", jvms);
  }

  private static String description() throws IOException {
    return Files.readString(DAX.resolve("run.json"));
  }

  @Test
  void readsARepositoryOfJfrByItself() throws IOException {
    Path jvm = Files.createDirectories(run.resolve("2026_11_22_12_06_56_4711"));
    Files.copy(JVM.resolve("app.jfr"), jvm.resolve("2026_11_22_12_06_57.jfr"));
    Verdict verdict = Audit.of(Inputs.of(List.of(run))).verdict();
    assertTrue(
        verdict
            .reasons()
            .contains("JVM 4711 was killed, or has not ended: its last calls are missing"),
        verdict::toString);
  }

  @Test
  void onlyRulesThatWereAskedForCount() throws IOException {
    List<Rule> asked =
        Rules.all().stream()
            .filter(rule -> rule.hazard() == Hazard.TRUNCATED_BELOW_MAPPING)
            .toList();
    Files.copy(DAX.resolve("app.jfr"), run.resolve("app.jfr"));
    Audit audit = Audit.of(Inputs.of(List.of(run)), asked);
    assertEquals(Set.of(Hazard.TRUNCATED_BELOW_MAPPING), audit.verdict().rules().keySet());
    assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
    assertEquals(List.of(), audit.findings());
  }
}
