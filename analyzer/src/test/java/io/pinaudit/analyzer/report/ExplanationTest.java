package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.TableOperation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  private static String explain(int finding, Path... inputs) throws IOException {
    Audit audit = Audit.of(Inputs.of(List.of(inputs)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Explanation.print(
        audit, audit.findings().get(finding), new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void assertInOrder(String text, String... parts) {
    int last = -1;
    for (String part : parts) {
      int at = text.indexOf(part, last + 1);
      assertTrue(at > last, part + " is missing or out of order in\n" + text);
      last = at;
    }
  }

  @Test
  void tellsTheProofInOrderOfTime() throws IOException {
    assertInOrder(
        explain(1, RUN),
        "F2 ReusedWhilePinned [critical, confirmed], fingerprint ",
        "buffer    /mnt/dax/dma-into-truncated-194.buffers, bytes",
        "storage   /dev/vda",
        "1. mapped by",
        "2. pinned by",
        "3. freed by",
        "4. reused by",
        "5. dropped",
        "why this is confirmed");
  }

  @Test
  void quotesTheLinesItCites() throws IOException {
    String text = explain(0, RUN);
    Matcher cited =
        Pattern.compile("kernel\\.ftrace:(\\d+)\\n(?:     [^|].*\\n)*     \\| (.*)\\n")
            .matcher(text);
    List<String> lines =
        Files.readAllLines(RUN.resolve("kernel.ftrace"), StandardCharsets.ISO_8859_1);
    int count = 0;
    while (cited.find()) {
      assertEquals(lines.get(Integer.parseInt(cited.group(1)) - 1).strip(), cited.group(2));
      count++;
    }
    assertEquals(3, count, text);
    assertTrue(Pattern.compile("app\\.jfr#\\d+").matcher(text).find(), text);
  }

  @Test
  void saysWhatThisAndOtherKernelsDo() throws IOException {
    assertInOrder(
        explain(0, RUN),
        "what kernels do: truncate, ext4 with DAX",
        "* 4.19 to 6.14   file mapped: waits",
        "* 4.19 to 6.14   file unmapped: does not wait",
        "  6.15 and later file mapped: waits",
        "* this kernel, 6.1");
  }

  @Test
  void saysWhatItDoesNotKnow(@TempDir Path folder) throws IOException {
    Path jfr = Files.copy(RUN.resolve("app.jfr"), folder.resolve("app.jfr"));
    assertInOrder(
        explain(0, jfr),
        "OrphanedWhilePinned [error, possible]",
        "whether the file is on a DAX file system is not known",
        "which kernel this was is not known");
  }

  @Test
  void everyRowOfTheTableIsWhole() {
    for (KernelTable.Row row : KernelTable.packed().rows()) {
      assertNotNull(row.first(), row.toString());
      assertTrue(row.last() == null || row.first().compareTo(row.last()) <= 0, row.toString());
      assertTrue(row.knownFrom().matches("source|run \\d.*"), row.toString());
    }
    assertEquals(
        1,
        KernelTable.packed().of(TableOperation.Kind.EVICT, "ext4").stream()
            .filter(row -> row.covers(KernelTable.Version.of("6.1.0-56-amd64")))
            .count());
  }
}
