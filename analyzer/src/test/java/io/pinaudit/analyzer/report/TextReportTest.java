package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A reader who has never seen the tool finds all that is needed in the finding itself. */
class TextReportTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  private static String report(String run) throws IOException {
    return report(run, Audit.of(Inputs.of(List.of(RUNS.resolve(run)))));
  }

  private static String report(Path file) throws IOException {
    return report("any", Audit.of(Inputs.of(List.of(file))));
  }

  private static String report(String run, Audit audit) throws IOException {
    StringWriter out = new StringWriter();
    new TextReport(Ink.PLAIN).write(List.of(Judgement.of(run, audit)), out);
    return out.toString();
  }

  private static long count(String text, String label) {
    return text.lines().filter(line -> line.startsWith("  " + label + " ")).count();
  }

  @Test
  void tellsOfEachFindingWhatItMeansAndWhatToChange() throws IOException {
    String text = report("linux-6.1.192-java-dma");
    assertEquals(3, count(text, "what"));
    assertEquals(3, count(text, "means"));
    assertEquals(3, count(text, "fix"));
    assertTrue(text.contains("\n  fix       Keep the file, its size and its name until"), text);
  }

  @Test
  void saysWhatIsInDoubtWhereAFindingIsOnlyPossible() throws IOException {
    String alone = report(RUNS.resolve("linux-6.1.192-java-dma/app.jfr"));
    assertTrue(alone.contains("OrphanedWhilePinned [error, possible]"), alone);
    assertTrue(
        alone.contains("\n  doubt     whether the file is on a DAX file system is not known\n"),
        alone);
    assertEquals(0, count(report("linux-6.1.192-java-dma"), "doubt"), "all are confirmed");
  }

  /** That memory can fault is not that it did. */
  @Test
  void claimsNoFaultThatNobodySaw() throws IOException {
    String text = report("linux-6.18-jvm-only");
    assertTrue(text.contains("; whether anything touched them was not seen\n"), text);
    assertTrue(text.contains("\n  dropped   when it was unmapped or the file grew again"), text);
  }
}
