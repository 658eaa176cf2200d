package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.lab.DemoRun.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoOutputTest {
  @TempDir Path folder;

  private DemoRun run(String name) {
    DemoSample sample =
        new DemoSample(
            name, "Main", "Fixed", List.of(), "pin(", "free(", "0 of", folder.resolve(name));
    return new DemoRun(sample, Variant.BROKEN, folder.resolve(name), List.of());
  }

  @Test
  void keepsWhatEachProgramPrintsForItself() throws IOException {
    DemoRun first = run("first");
    DemoRun second = run("second");
    List<DemoRun> begun = new ArrayList<>();
    try (DemoOutput output = new DemoOutput(List.of(first, second), begun::add)) {
      output.write(
          """
          before all
          recording into %s
          truth: 1
          recording into elsewhere
          recording into %s
          truth: 2\
          """
              .formatted(first.directory(), second.directory())
              .getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of(first, second), begun);
    assertEquals(List.of("truth: 1"), first.truths());
    assertEquals("truth: 1\nrecording into elsewhere\n", Files.readString(first.output()));
    assertEquals(List.of("truth: 2"), second.truths());
  }
}
