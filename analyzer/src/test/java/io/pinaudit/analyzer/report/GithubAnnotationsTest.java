package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GithubAnnotationsTest {
  @Test
  void isOneCommandAFinding() throws IOException {
    List<String> lines =
        Runs.report(Format.GITHUB, Sources.below(Path.of("..")), List.of(Runs.judged(Runs.JAVA)))
            .lines()
            .toList();
    assertEquals(3, lines.size());
    assertTrue(
        lines
            .getFirst()
            .startsWith(
                "::error file=samples/dma-into-truncated/java/io/pinaudit/samples/"
                    + "DmaIntoTruncated.java,line=122,title=F1 FreedWhilePinned::64 blocks"),
        lines.getFirst());
  }

  /** Nobody opens the report for an annotation that does not say what to do. */
  @Test
  void namesTheOtherLinesAndTheFix() throws IOException {
    String first =
        Runs.report(Format.GITHUB, List.of(Runs.judged(Runs.JAVA)))
            .lines()
            .findFirst()
            .orElseThrow();
    assertTrue(first.contains("%0Apinned by FileChannel.read, 4 calls with /dev/vda"), first);
    assertTrue(first.contains("readFromDisk(DmaIntoTruncated.java:108)%0A"), first);
    assertTrue(first.contains("%0Afix: Keep the file, its size and its name until"), first);
  }

  @Test
  void warnsOfARunThatWasPartlySeen() throws IOException {
    String last =
        Runs.report(Format.GITHUB, List.of(Runs.judged(Runs.KERNEL_ONLY)))
            .lines()
            .reduce((_, line) -> line)
            .orElseThrow();
    assertTrue(last.startsWith("::warning title=pinaudit%3A linux-6.1.192-vmsplice"), last);
    assertTrue(last.contains("the run is partial%0A"), last);
  }

  /** A name must not end the command, begin another, or pass for an escape. */
  @Test
  void escapesHostileNames(@TempDir Path folder) throws IOException {
    List<String> lines =
        Runs.report(Format.GITHUB, List.of(Runs.judged(Runs.hostile(folder)))).lines().toList();
    assertEquals(4, lines.size(), lines.toString());
    assertTrue(lines.getFirst().contains("]]>\"&%250A?::error::?[31m<b>x?.."), lines.getFirst());
  }
}
