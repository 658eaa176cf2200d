package io.pinaudit.lab.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What was seen on a kernel of the lab is known to reports, pages and tests. */
class KernelTest {
  private static final Path RESOURCES = Path.of("../analyzer/src");

  private static Stream<Kernel> kernels() {
    return EnumSet.complementOf(EnumSet.of(Kernel.DEFAULT)).stream();
  }

  private static void assertFound(Kernel kernel, String expression, List<String> lines) {
    Pattern pattern = Pattern.compile(expression.formatted(Pattern.quote(kernel.label() + ".")));
    assertTrue(
        lines.stream().anyMatch(line -> pattern.matcher(line).find()),
        () -> "no line has " + pattern);
  }

  /** Otherwise a report explains a finding by what was read in the source, or not at all. */
  @Test
  void hasRowsInTheTableOfKernels() throws IOException {
    List<String> table =
        Files.readAllLines(
            RESOURCES.resolve("main/resources/io/pinaudit/analyzer/whatif/kernels.table"));
    kernels().forEach(kernel -> assertFound(kernel, "\\| run .*%s\\d", table));
  }

  @Test
  void hasAColumnOnThePageOfKernels() throws IOException {
    List<String> page = Files.readAllLines(Path.of("../docs/kernels.md"));
    kernels().forEach(kernel -> assertFound(kernel, "^\\| \\|.* %s\\d", page));
  }

  @Test
  void hasARunAmongTheFixtures() throws IOException {
    List<String> tests =
        Files.readAllLines(
            RESOURCES.resolve("test/java/io/pinaudit/analyzer/audit/KernelRunsTest.java"));
    kernels().forEach(kernel -> assertFound(kernel, "\"linux-%s\\d", tests));
  }
}
