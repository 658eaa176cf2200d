package io.pinaudit.lab.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two kernels' runs of a part of the truth table, each of which foretells the other. */
class ForetoldTableTest {
  private static final Path RECORDED = Path.of("src/test/resources/what-if");

  private static String compared(String... kernels) throws IOException {
    ForetoldTable table =
        ForetoldTable.read(
            MatrixCase.read(RECORDED.resolve("cases")),
            List.of(kernels).stream().map(RECORDED::resolve).toList());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void foretellsEachKernelFromTheOther() throws IOException {
    String text = compared("6.1", "7");
    assertTrue(text.contains("from 6.1 to 7.2: right 15 of 15 (withheld 0)"), text);
    assertTrue(text.contains("from 7.2 to 6.1: right 15 of 15 (withheld 0)"), text);
    assertTrue(text.contains("harm that is none 0"), text);
  }

  /** The comparison can fail: a kernel that is taken for another is foretold wrongly. */
  @Test
  void comparesWithWhatWasTrue() throws IOException {
    MatrixCase one = MatrixCase.read(RECORDED.resolve("cases")).getLast();
    Foretold old = Foretold.read(RECORDED.resolve("6.1"), "tracefs");
    Foretold later = Foretold.read(RECORDED.resolve("7"), "tracefs");
    MatrixTruth truth = old.truths().get(one.name());
    assertEquals("c/ext4-dax/vmsplice/unmapped/own/unlink", one.name());
    assertEquals("frees", Foretold.outcome(truth).word());
    assertEquals("frees", old.on(truth, old.kernel(), "ext4").outcome().word());
    assertEquals("hangs", old.on(truth, later.kernel(), "ext4").outcome().word());
    assertEquals("orphans", old.on(truth, later.kernel(), "cache").outcome().word());
  }
}
