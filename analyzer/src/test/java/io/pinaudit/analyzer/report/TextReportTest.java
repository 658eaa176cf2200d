package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void countsOperationsThatItDoesNotKnow(@TempDir Path folder) throws IOException {
    String line = "            java-215     [001] .....  12.34567%d: sys_enter: NR %d (4, 0, 0)\n";
    Path trace =
        Files.writeString(
            folder.resolve("kernel.ftrace"),
            line.formatted(1, 999) + line.formatted(2, 202) + line.formatted(3, 999));
    String text = report(trace);
    assertTrue(text.contains("\n  unknown operations: syscall_999 2\n"), text);
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

  @Test
  void putsInstancesThatReadTheSameInOneLine() throws IOException {
    Audit audit = Audit.of(Inputs.of(List.of(RUNS.resolve("linux-6.1.192-java-dma"))));
    Finding many =
        audit.findings().stream().filter(one -> one.count() > 2).findFirst().orElseThrow();
    Finding.Instance second = many.instances().get(1);
    Finding.Instance third = many.instances().get(2);
    List<Finding.Instance> alike = List.of(many.first(), second, third, second, second);
    List<String> lines =
        new Prose(audit)
            .others(many.first(), alike).entrySet().stream()
                .map(line -> Prose.often(line.getKey(), line.getValue()))
                .toList();
    assertEquals(2, lines.size(), lines::toString);
    assertTrue(lines.get(0).endsWith(" (3 x)"), lines::toString);
    assertFalse(lines.get(1).contains(" x)"), lines::toString);
  }

  /** That memory can fault is not that it did. */
  @Test
  void claimsNoFaultThatNobodySaw() throws IOException {
    String text = report("linux-6.18-jvm-only");
    assertTrue(text.contains("; whether anything touched them was not seen\n"), text);
    assertTrue(text.contains("\n  ended     when it was unmapped or the file grew again"), text);
  }

  /** A terminal would break the sentences anywhere; what is searched for stays on one line. */
  @Test
  void breaksSentencesBetweenWords() throws IOException {
    String text = report("linux-6.1.192-java-dma");
    assertTrue(
        text.contains(
            "still\n            has them pinned, and goes on reading or writing what may be"),
        text);
    assertTrue(
        text.lines()
            .filter(line -> line.startsWith("  means ") || line.startsWith("  fix "))
            .allMatch(line -> line.length() <= 116),
        text);
  }

  @Test
  void labelsTheEndsOfASmallPicture() throws IOException {
    String text = report("linux-5.10.223-ext4-truncate");
    assertTrue(text.contains("\n  blocks    33286 to 33290\n  pinned    |.###.|\n"), text);
    String large = report("linux-6.1.192-java-dma");
    assertTrue(
        large
            .lines()
            .filter(line -> line.startsWith("  blocks "))
            .allMatch(line -> line.length() == 62),
        large);
  }

  /** munmap(2) frees nothing: it let go of the deleted file. */
  @Test
  void saysWhyAnUnmapFrees() throws IOException {
    String text = report("linux-6.1.192-xfs-unlink");
    assertTrue(text.contains("freed by  munmap(2), the last use of a deleted file, blocks"), text);
  }

  @Test
  void namesRulesThatLackTheSameTogether() throws IOException {
    String text = report("linux-6.12.95-ext4-stall");
    assertEquals(2, text.lines().filter(line -> line.contains("not applied: ")).count(), text);
    assertTrue(
        text.contains(", LongtermPinOnFile, UnorderedCut (no evidence of Java calls)\n"), text);
    assertTrue(text.contains("(no evidence of pins of cached pages, removals from"), text);
  }

  @Test
  void tellsBytesExactly() {
    assertEquals(
        List.of("0 bytes", "1 byte", "512 bytes", "1,536 bytes", "4 KiB", "2 MiB"),
        Stream.of(0, 1, 512, 1536, 4096, 2 << 20).map(Words::bytes).toList());
  }
}
