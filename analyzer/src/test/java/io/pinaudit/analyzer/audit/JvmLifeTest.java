package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No JVM is lost in silence. */
class JvmLifeTest {
  private static final Path JVM = Path.of("src/test/resources/runs/linux-6.18-jvm-only");
  private static final String BOOT_AND_NAMESPACE =
      "19e1eccf-826f-4799-9831-147619a154ae-4026531836-";
  private static final long START = 16_082_699_464_244L;

  @TempDir Path run;

  @BeforeEach
  void copyRun() throws IOException {
    Files.createDirectory(run.resolve("jvms"));
    for (String name : List.of("run.json", "app.jfr")) {
      Files.copy(JVM.resolve(name), run.resolve(name));
    }
  }

  private void lived(int pid, String... lines) throws IOException {
    Files.write(
        run.resolve("jvms").resolve(BOOT_AND_NAMESPACE + pid + "-1608269.heartbeat"),
        List.of(lines));
  }

  private List<String> reasons() throws IOException {
    return Audit.of(Inputs.of(List.of(run))).verdict().reasons();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recording.1=CLOSED at exit 16084000000000",
        "recording.1=RUNNING 16084000000000",
        "recording.1=STO",
        "ended=true"
      })
  void jvmThatRecordedToItsEndIsNoDoubt(String line) throws IOException {
    lived(4711, "startedNanos=" + START, line);
    assertEquals(List.of(), reasons());
  }

  /** What the kernel did then is not known, which no rule needs where there is no trace. */
  @Test
  void notesThatAJvmOutlivedTheRecorder() throws IOException {
    lived(4711, "lastNanos=" + Long.MAX_VALUE / 10, "ended=true");
    Verdict verdict = Audit.of(Inputs.of(List.of(run))).verdict();
    assertEquals(List.of(), verdict.reasons());
    assertTrue(
        verdict.notes().stream().anyMatch(note -> note.startsWith("a JVM went on for ")),
        verdict.notes()::toString);
  }

  /** The agent names the file of a recording when it begins. */
  @Test
  void takesAnEmptyFileForNoRecording() throws IOException {
    Files.createFile(run.resolve("hotspot-pid-2-of-4026531836-77.jfr"));
    lived(1, "ended=true");
    assertEquals(List.of(), reasons());
    lived(2, "recording.1=RUNNING 16084000000000");
    assertEquals(1, reasons().size(), reasons()::toString);
  }

  /** JVMs of other users; what lies deeper is not looked for, and nothing behind a link. */
  @Test
  void findsTheJvmsOfOtherUsers() throws IOException {
    Path other = Files.createDirectories(run.resolve("others/secret/77-1"));
    Files.move(run.resolve("app.jfr"), other.resolve("hotspot-pid-77-of-4026531836-1.jfr"));
    Files.createSymbolicLink(other.resolve("b.jfr"), JVM.resolve("app.jfr").toAbsolutePath());
    Files.createSymbolicLink(run.resolve("others/secret/78-1"), other.toAbsolutePath());
    Files.move(run.resolve("jvms"), other.resolve("jvms"));
    Files.createFile(other.resolve("jvms/" + BOOT_AND_NAMESPACE + "77-1.heartbeat"));
    Inputs inputs = Inputs.of(List.of(run));
    assertEquals(1, inputs.jfr().size(), inputs::toString);
    assertEquals(1, inputs.heartbeats().size(), inputs::toString);
    assertEquals(List.of(), Audit.of(inputs).verdict().reasons());
  }

  @Test
  void saysThatTheDiskWasNearlyFull() throws IOException {
    lived(4711, "recording.1=STOPPED full 16083699464244");
    assertEquals(
        List.of(
            "JVM 4711: the disk was nearly full, so that the agent stopped its recording at +1.000"
                + " s, and the JVM went on: its later calls are missing"),
        reasons());
  }

  @Test
  void ownRecordingOfTheProgramMayEndBeforeOurs() throws IOException {
    lived(4711, "recording.1=RUNNING 16083000000000", "recording.2=CLOSED 16084000000000");
    assertEquals(List.of(), reasons());
  }

  @Test
  void doubtsTheJvmWhoseProgramStoppedItsRecordings() throws IOException {
    long second = START + 1_000_000_000;
    lived(4711, "recording.1=STOPPED " + second, "recording.2=CLOSED " + second);
    assertEquals(
        List.of(
            "JVM 4711: the program, or an operator, stopped its recording at +1.000 s, and the JVM"
                + " went on: its later calls are missing"),
        reasons());
  }

  @Test
  void doubtsARunOfWhichTheOnlyJvmLeftNoRecording() throws IOException {
    Files.delete(run.resolve("app.jfr"));
    lived(1, "ended=true");
    assertTrue(
        reasons()
            .contains(
                "1 JVM lived with the agent in it, and left no recording: its calls are missing"),
        reasons()::toString);
  }

  @Test
  void doubtsARunOfWhichAJvmLeftNoRecording() throws IOException {
    lived(1, "ended=true");
    assertEquals(List.of(), reasons());
    lived(2, "ended=true");
    assertEquals(
        List.of(
            "2 JVMs lived with the agent in them, and 1 left a recording: the calls of the others"
                + " are missing"),
        reasons());
    assertEquals(Completeness.PARTIAL, Audit.of(Inputs.of(List.of(run))).verdict().completeness());
  }
}
