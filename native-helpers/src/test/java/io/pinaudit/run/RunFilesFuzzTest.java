package io.pinaudit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.probe.Dialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any bytes are what the file should be, or an error in one line that names file and line. */
class RunFilesFuzzTest {
  private static Path folder;

  private static synchronized Path folder() throws IOException {
    if (folder == null) {
      folder = Files.createTempDirectory("pinaudit-fuzzed");
      folder.toFile().deleteOnExit();
      folder.resolve(RunDescription.FILE_NAME).toFile().deleteOnExit();
    }
    return folder;
  }

  @FuzzTest(maxDuration = "10m")
  void runJson(byte[] bytes) throws IOException {
    Path run = folder();
    Files.write(run.resolve(RunDescription.FILE_NAME), bytes);
    RunDescription description;
    try {
      description = RunDescriptionReader.read(run);
    } catch (IOException e) {
      assertLocated(e, run.resolve(RunDescription.FILE_NAME).toString());
      return;
    }
    RunDescriptionWriter.write(description, run);
    assertEquals(description, RunDescriptionReader.read(run));
  }

  @FuzzTest(maxDuration = "10m")
  void probes(byte[] bytes) throws IOException {
    try {
      Dialect dialect = Dialect.parse("fuzzed", new String(bytes, StandardCharsets.UTF_8));
      assertTrue(dialect.choices().stream().noneMatch(choice -> choice.probes().isEmpty()));
    } catch (IOException e) {
      assertLocated(e, "fuzzed.probes");
    }
  }

  private static void assertLocated(IOException e, String file) {
    assertTrue(e.getMessage().matches("(?s)\\Q" + file + "\\E:\\d+: error: .*"), e.getMessage());
  }
}
