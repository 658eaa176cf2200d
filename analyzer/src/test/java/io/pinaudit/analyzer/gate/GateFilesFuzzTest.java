package io.pinaudit.analyzer.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Path;

/** Any bytes are a baseline or suppressions, or an error in one line that names file and line. */
class GateFilesFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void baseline(byte[] bytes) throws IOException {
    Path file = FuzzedFile.holding(bytes);
    try {
      Baseline baseline = Baseline.read(file);
      baseline.write(file);
      assertEquals(baseline, Baseline.read(file));
    } catch (InputException e) {
      assertLocated(e, file);
    }
  }

  @FuzzTest(maxDuration = "10m")
  void suppressions(byte[] bytes) throws IOException {
    Path file = FuzzedFile.holding(bytes);
    try {
      for (Suppression suppression : Suppressions.read(file)) {
        assertTrue(!suppression.reason().isBlank());
      }
    } catch (InputException e) {
      assertLocated(e, file);
    }
  }

  private static void assertLocated(InputException e, Path file) {
    assertTrue(e.getMessage().matches("\\Q" + file + "\\E:\\d+: error: .*"), e.getMessage());
  }
}
