package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.PageRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits a run that was recorded for real; its ORIGIN.md says how. */
class AuditTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-vmsplice-unlink");

  @TempDir Path run;

  @BeforeEach
  void copyRun() throws IOException {
    for (String name : List.of("run.json", "kernel.ftrace")) {
      Files.copy(RUN.resolve(name), run.resolve(name));
    }
  }

  private Audit audit() throws IOException {
    return Audit.of(Inputs.of(List.of(run)));
  }

  private boolean notSure(String part) throws IOException {
    return audit().verdict().reasons().stream().anyMatch(reason -> reason.contains(part));
  }

  @Test
  void findsWhatTheProgramProved() throws IOException {
    List<Finding> findings = audit().findings();
    assertEquals(
        List.of("FreedWhilePinned", "ReusedWhilePinned"),
        findings.stream().map(Finding::rule).toList());
    for (Finding finding : findings) {
      assertEquals(1, finding.instances().size());
      assertEquals(List.of(new PageRange(32848, 16)), finding.first().place().blocks());
      assertEquals(
          "vmsplice(2)", finding.first().step(Step.Role.PINNED).orElseThrow().actor().operation());
      assertEquals(
          "unlink(2)", finding.first().step(Step.Role.FREED).orElseThrow().actor().operation());
    }
  }

  @Test
  void infersTheDeviceWithoutDescription() throws IOException {
    Files.delete(run.resolve("run.json"));
    // The page struct of an extent's first block, told as a page of the file.
    Path trace = run.resolve("kernel.ftrace");
    Files.writeString(
        trace,
        Files.readString(trace)
            .replaceFirst(
                "(?m)^(.*) pin_taken: ",
                "$1 page: (dax_insert_entry+0x0/0x1) pfn=0x48050 pgoff=0 ino=12 dev=271581184\n$1"
                    + " pin_taken: "));
    assertEquals(2, audit().findings().size());
    assertTrue(notSure("no run.json"));
    assertTrue(notSure("device 259:0: first page frame 262144 was inferred"));
  }

  @Test
  void isNotSureOfTraceThatIsCutOff() throws IOException {
    Path trace = run.resolve("kernel.ftrace");
    byte[] bytes = Files.readAllBytes(trace);
    for (int length : new int[] {0, 1, 700, 5_000, bytes.length / 2, bytes.length - 20}) {
      Files.write(trace, java.util.Arrays.copyOf(bytes, length));
      assertEquals(Completeness.PARTIAL, audit().verdict().completeness());
      assertTrue(notSure("cut off"), "at " + length);
    }
  }

  @Test
  void isNotSureOfTraceWithoutItsHeadOrOutOfOrder() throws IOException {
    Path trace = run.resolve("kernel.ftrace");
    List<String> lines = Files.readAllLines(trace);
    Files.write(trace, lines.subList(lines.size() - 90, lines.size()));
    assertTrue(notSure("what was before was dropped"));
    Files.write(trace, lines.reversed());
    assertTrue(notSure("time goes backwards"));
  }

  @Test
  void isNotSureOfEventsThatItsOwnRecorderCannotHaveWritten() throws IOException {
    Path trace = run.resolve("kernel.ftrace");
    String text = Files.readString(trace);
    for (String name : List.of("ext4_free_blocks:", "(try_grab_folio+")) {
      Files.writeString(trace, text.replace(name, "x" + name));
      assertTrue(notSure("lines could not be used"), name);
    }
  }

  @Test
  void isNotSureOfRunsThatTheirDescriptionDoesNotVouchFor() throws IOException {
    Path description = run.resolve("run.json");
    String text = Files.readString(description);
    Files.writeString(description, text.replace("\"finished\":true", "\"finished\":false"));
    assertTrue(notSure("did not read the kernel trace to its end"));
    Files.writeString(description, text.replace("\"kernel\":", "\"colonel\":"));
    assertTrue(notSure("does not describe the kernel trace"));
    Files.writeString(description, text.replaceFirst("\"startNanos\":\\d", "\"startNanos\":9999"));
    assertTrue(notSure("files of different runs?"));
  }

  @Test
  void isInconclusiveWithoutTrace() throws IOException {
    Files.delete(run.resolve("kernel.ftrace"));
    assertEquals(Completeness.INCONCLUSIVE, audit().verdict().completeness());
    assertTrue(
        audit().verdict().rules().values().stream()
            .allMatch(applied -> applied instanceof Applied.NotAtAll));
  }

  @Test
  void isNotSureOfEmptyRecording() throws IOException {
    Files.createFile(run.resolve("app.jfr"));
    assertTrue(notSure("app.jfr: error: not a complete recording"));
    assertEquals(2, audit().findings().size());
  }

  @Test
  void rejectsWhatIsNoRun() throws IOException {
    Path other = Files.createDirectory(run.resolve("other"));
    InputException e = assertThrows(InputException.class, () -> Inputs.of(List.of(other)));
    assertTrue(e.getMessage().startsWith(other + ": error: not a run directory"));
    assertThrows(NoSuchFileException.class, () -> Inputs.of(List.of(run.resolve("nowhere"))));
    Path text = Files.writeString(other.resolve("poem.txt"), "roses are red\n");
    assertThrows(InputException.class, () -> Audit.of(Inputs.of(List.of(text))));
  }

  @Test
  void locatesDamageOfDescription() throws IOException {
    for (String damage :
        List.of("", "{", "[]", "{\"schemaVersion\": 1, \"command\": 7}", "nonsense")) {
      Files.writeString(run.resolve("run.json"), damage);
      IOException e = assertThrows(IOException.class, () -> Inputs.of(List.of(run)));
      assertTrue(e.getMessage().matches("(?s).*run\\.json:\\d+: error: .*"), e.getMessage());
    }
  }
}
