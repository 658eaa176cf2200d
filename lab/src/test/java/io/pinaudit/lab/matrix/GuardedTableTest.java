package io.pinaudit.lab.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardedTableTest {
  @TempDir private Path folder;

  private GuardedTable table(String truth, String detail) throws IOException {
    List<MatrixCase> cases =
        MatrixCase.read(
            Files.writeString(
                folder.resolve("cases"),
                "java ext4-dax vmsplice unmapped late Files.delete pinned\n"));
    Path output = folder.resolve("tracefs.truth");
    Files.writeString(
        output,
        "case\t%s\t1\t2\t259:0\t12\t%s\t%s\n".formatted(cases.getFirst().name(), truth, detail));
    MatrixRun run =
        new MatrixRun(
            "tracefs", MatrixTruth.read(output), List.of(), Set.of(), Set.of(), List.of(), null);
    return new GuardedTable("6.1.0", cases, run);
  }

  @ParameterizedTest
  @CsvSource({
    "foreign, 65536 bytes, false",
    "freed, 16 blocks, true",
    "waited, 3.012 s for the pin, true",
    "waited, 12.504 s for the pin, false",
    "nothing, 0 foreign bytes, true",
    "failed, java.io.IOException: no room, false",
    "failed, FileSystemException: in use (pinaudit guard=keep), true"
  })
  void isRightIfNoByteWasForeignAndNoCallHung(String truth, String detail, boolean right)
      throws IOException {
    assertEquals(right, table(truth, detail).isRight());
  }

  @Test
  void namesWhatIsWrong() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      table("foreign", "65536 bytes").print(out);
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("foreign: 65536 bytes  NOT GUARDED"), text);
    assertTrue(text.endsWith("foreign 1\n"), text);
  }
}
