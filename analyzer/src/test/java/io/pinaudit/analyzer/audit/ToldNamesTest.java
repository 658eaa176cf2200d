package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToldNamesTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir private Path folder;
  private RunDescription goesOn;
  private List<Finding> findings;

  @BeforeEach
  void copyRun() throws IOException {
    try (Stream<Path> files = Files.list(RUN)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    goesOn = RunDescriptionReader.read(RUN).endingAt(-1);
    findings = Audit.of(Inputs.of(List.of(RUN))).findings();
  }

  private List<String> analyzed() throws IOException {
    return Audit.of(Inputs.of(List.of(folder))).findings().stream().map(Finding::id).toList();
  }

  @Test
  void areThoseOfLaterReports() throws IOException {
    ToldNames told = ToldNames.of(folder, goesOn);
    assertEquals("F1", told.of(findings.getLast()));
    assertEquals("F1", told.of(findings.getLast()));
    assertEquals(List.of("F2", "F3", "F1"), analyzed());
    assertEquals("F2", told.of(findings.getFirst()));
    assertEquals(List.of("F2", "F3", "F1"), analyzed());
  }

  @Test
  void areSharedByWatchersOfOneRun() {
    ToldNames one = ToldNames.of(folder, goesOn);
    ToldNames other = ToldNames.of(folder, goesOn);
    assertEquals("F1", one.of(findings.get(1)));
    assertEquals("F2", other.of(findings.get(0)), "F1 is taken");
    assertEquals("F1", other.of(findings.get(1)));
    assertEquals("F2", one.of(findings.get(0)));
  }

  @Test
  void areNotWrittenIntoARunThatHasEndedNorThroughALink() throws IOException {
    ToldNames ended = ToldNames.of(folder, goesOn.endingAt(1));
    assertEquals("F1", ended.of(findings.getLast()));
    assertFalse(Files.exists(folder.resolve(ToldNames.FILE_NAME)));
    Path elsewhere = folder.resolve("elsewhere");
    Files.createSymbolicLink(folder.resolve(ToldNames.FILE_NAME), elsewhere);
    assertEquals("F1", ToldNames.of(folder, goesOn).of(findings.getLast()));
    assertFalse(Files.exists(elsewhere));
  }

  @Test
  void passOverWhatIsNoName() throws IOException {
    String print = findings.getFirst().fingerprint();
    Files.writeString(
        folder.resolve(ToldNames.FILE_NAME),
        "F7 %s\nF8 %s\nF7 0123456789abcdef\nX1 0123456789abcdef\n\nF9".formatted(print, print));
    assertEquals(List.of("F7", "F1", "F2"), analyzed());
  }
}
