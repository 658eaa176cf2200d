package io.pinaudit.lab.matrix;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any bytes are a truth table, or an error that names file and line. */
class MatrixCaseFuzzTest {
  private static Path file;

  private static synchronized Path file() throws IOException {
    if (file == null) {
      file = Files.createTempFile("pinaudit-fuzzed", "");
      file.toFile().deleteOnExit();
    }
    return file;
  }

  @FuzzTest(maxDuration = "10m")
  void matrixCases(byte[] bytes) throws IOException {
    Files.write(file(), bytes);
    try {
      for (MatrixCase one : MatrixCase.read(file())) {
        assertFalse(one.name().isEmpty());
      }
    } catch (IOException e) {
      assertTrue(
          e.getMessage().matches("(?s)\\Q" + file() + "\\E:\\d+: error: .*"), e.getMessage());
    }
  }
}
