package io.pinaudit.analyzer.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("pinaudit.baseline"), text);
  }

  private static Finding finding() throws IOException {
    return Audit.of(Inputs.of(List.of(RUN))).findings().getFirst();
  }

  @Test
  void knowsAFindingByItsFingerprint() throws IOException {
    String print = finding().fingerprint();
    assertTrue(Baseline.read(file(print + " AnyRule critical\n")).covers(finding()));
    assertFalse(Baseline.read(file("0" + print + " AnyRule critical\n")).covers(finding()));
    assertFalse(Baseline.EMPTY.covers(finding()));
  }

  @Test
  void doesNotCoverWhatHasBecomeWorse() throws IOException {
    String line = finding().fingerprint() + " FreedWhilePinned warning app.Wal.cut\n";
    assertFalse(Baseline.read(file(line)).covers(finding()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc|expected a fingerprint, a rule and a severity, found: abc",
        "abc Rule grave|'grave' is no severity, expected one of warning, error, critical",
        "a Rule error x|fingerprint a is there twice",
      })
  void locatesWhatIsWrong(String line, String message) throws IOException {
    Path file = file("# pinaudit baseline\na Rule error\n" + line + "\n");
    IOException e = assertThrows(InputException.class, () -> Baseline.read(file));
    assertEquals(file + ":3: error: " + message, e.getMessage());
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path file = file("bbb RuleB error app.B.b app.C.c\naaa RuleA warning\n");
    Baseline.read(file).write(file);
    List<String> lines = Files.readAllLines(file);
    assertTrue(lines.getFirst().startsWith("# pinaudit baseline"));
    assertEquals(
        List.of("aaa RuleA warning", "bbb RuleB error app.B.b app.C.c"), lines.subList(1, 3));
    assertEquals(Baseline.read(file), Baseline.read(file));
  }
}
