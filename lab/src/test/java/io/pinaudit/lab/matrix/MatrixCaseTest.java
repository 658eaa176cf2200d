package io.pinaudit.lab.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.lab.matrix.MatrixCase.Construction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixCaseTest {
  private static final Path TABLE = Path.of("matrix.d/cases");
  private static final Path JAVA = Path.of("src/main/java/io/pinaudit/lab/cases");

  @TempDir private Path scratch;

  @Test
  void namesEveryCaseOnce() throws IOException {
    List<MatrixCase> cases = MatrixCase.read(TABLE);
    assertTrue(cases.size() >= 40, "at least 40 cases");
    assertEquals(cases.size(), cases.stream().map(MatrixCase::name).distinct().count());
  }

  @Test
  void leavesHalfOfWhatIsWrongToJava() throws IOException {
    List<MatrixCase> wrong =
        MatrixCase.read(TABLE).stream()
            .filter(
                one ->
                    one.construction() == Construction.PINNED
                        || one.construction() == Construction.CACHED)
            .toList();
    long java = wrong.stream().filter(one -> one.name().startsWith("java/")).count();
    assertTrue(2 * java >= wrong.size(), java + " of " + wrong.size());
  }

  /** Otherwise only the guest would say so. */
  @Test
  void pinsAndFreesAsItsProgramsCan() throws IOException {
    String java = Files.readString(JAVA.resolve("MatrixPin.java"));
    java += Files.readString(JAVA.resolve("MatrixFree.java"));
    String c = Files.readString(Path.of("matrix.d/pins.c"));
    c += Files.readString(Path.of("matrix.d/frees.c"));
    for (MatrixCase one : MatrixCase.read(TABLE)) {
      String[] fields = one.name().split("/");
      for (String word : List.of(fields[2], fields[5])) {
        boolean known =
            switch (fields[0]) {
              case "java" -> java.contains("\"" + word + "\"");
              case "c" -> c.contains("{ \"" + word + "\",");
              default -> false;
            };
        assertTrue(known, one + ": no program knows " + word);
      }
    }
  }

  @Test
  void matchesAcrossFields() throws IOException {
    MatrixCase one = read("c ext4-dax vmsplice unmapped late ftruncate pinned # why").getFirst();
    assertEquals("c/ext4-dax/vmsplice/unmapped/late/ftruncate", one.name());
    assertEquals("ext4-dax", one.fileSystem());
    assertTrue(one.matches("*"));
    assertTrue(one.matches("c/*/ftruncate"));
    assertTrue(one.matches("?/ext4-dax/*"));
    assertFalse(one.matches("c/ext4/*"));
    assertFalse(one.matches("c/ext4-dax"));
  }

  @Test
  void tellsWhereALineIsWrong() {
    IOException e =
        assertThrows(IOException.class, () -> read("# fine\n\nc ext4-dax vmsplice ftruncate"));
    assertEquals(scratch.resolve("cases") + ":3: error: 4 fields, expected 7", e.getMessage());
    IOException word =
        assertThrows(
            IOException.class, () -> read("c ext4-dax vmsplice unmapped late ftruncate wrong"));
    assertEquals(
        scratch.resolve("cases")
            + ":1: error: found 'wrong', expected one of [PINNED, SPARED, CLEAR, CACHED]",
        word.getMessage());
  }

  private List<MatrixCase> read(String text) throws IOException {
    return MatrixCase.read(Files.writeString(scratch.resolve("cases"), text));
  }
}
