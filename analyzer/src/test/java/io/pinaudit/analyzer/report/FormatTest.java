package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormatTest {
  private static final Path TESTS = Path.of("src/test/java/io/pinaudit/analyzer/report");

  /** That every format can be written is not that what is written is right. */
  @ParameterizedTest
  @EnumSource
  void hasATestOfItsReport(Format format) {
    String test = Report.of(format).getClass().getSimpleName() + "Test.java";
    assertTrue(Files.exists(TESTS.resolve(test)), () -> format + " has no " + test);
  }
}
