package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shell and truncate(1) cut files that a JVM has mapped: every report names them. */
class WhoCutReportsTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.18-cut-by-others");

  private static String report(Format format) throws IOException {
    return Runs.report(format, List.of(Runs.judged(RUN)));
  }

  @ParameterizedTest
  @EnumSource(value = Format.class, mode = EnumSource.Mode.EXCLUDE, names = "JSON")
  void isNamedInEveryFormat(Format format) throws IOException {
    String report = report(format);
    for (String who : List.of("(process 3895, user root)", "(process 3927, user root)")) {
      assertTrue(
          report.contains(who) || report.contains(who.replace(",", "%2C")), () -> who + report);
    }
  }

  @Test
  void isNamedInJson() throws IOException {
    String report = report(Format.JSON);
    assertEquals(List.of(), Schemas.errors(Schemas.report(), report));
    String process =
        "\"process\":{\"pid\":3895,\"command\":\"sh\",\"uid\":0,\"user\":\"root\",\"audited\":false,\"guessed\":false}";
    assertTrue(report.replaceAll("\\s+", "").contains(process), report);
  }

  @Test
  void lacksNoJavaStackOfAnotherProcess() throws IOException {
    String text = report(Format.TEXT);
    assertTrue(
        text.contains(
            "\n"
                + "  cut by    openat(2) of \"sh\" (process 3895, user root) at +6.854582 s,"
                + " kernel.ftrace:35\n"),
        text);
    assertFalse(text.contains("no Java stack was observed"), text);
  }

  @Test
  void countsFaultsBesideFindings() throws IOException {
    Judgement run = Runs.judged(RUN);
    assertEquals(Completeness.COMPLETE, run.audit().verdict().completeness());
    assertEquals(2, run.audit().faults().size());
    assertTrue(run.audit().faults().stream().allMatch(fault -> fault.stamp().nanos() > 0));
    String head = "2 findings, 2 accesses to mapped memory failed; the run is complete";
    assertTrue(report(Format.TEXT).contains(head));
    assertTrue(report(Format.HTML).contains("2 accesses to mapped memory failed"));
    assertEquals(2, report(Format.JSON).split("\"thread\":").length - 1);
  }
}
