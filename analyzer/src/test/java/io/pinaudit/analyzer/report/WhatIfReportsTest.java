package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.Questions;
import io.pinaudit.analyzer.whatif.WhatIf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What did not happen is told apart from what did, in every format. */
class WhatIfReportsTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");
  private static final Questions ALL =
      new Questions(Questions.FAMILIES, true, true, new KernelTable.Version(7, 2));

  private static Judgement asked(Questions questions, Path... inputs) throws IOException {
    WhatIf whatIf = new WhatIf(questions);
    Audit audit = Audit.of(Inputs.of(List.of(inputs)), whatIf);
    return Judgement.of("run", audit).with(whatIf.answers(audit));
  }

  /** The actual text is left in target for whoever wants to look at the difference. */
  private static void assertGolden(String name, String actual) throws IOException {
    Path golden = Path.of("src/test/resources/io/pinaudit/analyzer/report", name);
    Files.writeString(Path.of("target", name), actual);
    assertEquals(Files.readString(golden), actual, "see target/" + name);
  }

  private static String afterTheVerdict(String text) {
    return text.substring(text.indexOf("-".repeat(78)));
  }

  @Test
  void tellAllInText() throws IOException {
    String text =
        Runs.report(Format.TEXT, List.of(asked(ALL, RUNS.resolve("linux-6.1.192-java-dma"))));
    assertGolden("what-if-java-dma.txt", afterTheVerdict(text));
    String alone =
        Runs.report(
            Format.TEXT, List.of(asked(ALL, RUNS.resolve("linux-6.1.192-java-dma/app.jfr"))));
    assertGolden("what-if-java-dma-jvm-only.txt", afterTheVerdict(alone));
  }

  @Test
  void obeyTheSchema() throws IOException {
    for (String run :
        List.of(
            "linux-6.1.192-java-dma",
            "linux-6.1.192-java-dma/app.jfr",
            "linux-7.2.12-ext4-stall",
            "linux-5.10.223-ext4-near-miss",
            "linux-6.18-jvm-only")) {
      String json = Runs.report(Format.JSON, List.of(asked(ALL, RUNS.resolve(run))));
      assertTrue(json.contains("\"whatIf\""), run);
      assertEquals(List.of(), Schemas.errors(Schemas.report(), json), run);
    }
  }

  @Test
  void drawTheCurve() throws IOException {
    String html =
        Runs.report(Format.HTML, List.of(asked(ALL, RUNS.resolve("linux-6.1.192-java-dma"))));
    assertTrue(html.contains("<polyline points=\"0,80 "), html);
    assertTrue(html.contains("at most 64 blocks"), html);
    assertTrue(
        html.indexOf("How much of the run was seen") < html.indexOf("What if this had run"), html);
  }

  @Test
  void sayNothingThatWasNotAsked() throws IOException {
    Path run = RUNS.resolve("linux-6.1.192-java-dma");
    for (Format format : Format.values()) {
      String text = Runs.report(format, List.of(asked(Questions.NONE, run)));
      assertFalse(text.matches("(?s).*(would (stall|hang|corrupt)|what if this).*"), text);
      assertFalse(text.contains("whatIf"), format.toString());
    }
  }

  @Test
  void makeACaseOfItsOwnForJunit() throws IOException {
    Judgement run = asked(ALL, RUNS.resolve("linux-6.1.192-java-dma/app.jfr"));
    String told = Runs.report(Format.JUNIT, List.of(run));
    assertTrue(told.contains("name=\"as if on DAX, Linux 7.2\""), told);
    assertTrue(told.contains("told, and not judged"), told);
    String judged = Runs.report(Format.JUNIT, List.of(run.gatingAsIf()));
    assertTrue(judged.contains("<failure message=\"would have gone wrong: 1\""), judged);
    assertEquals(Xml.failures(told) + 1, Xml.failures(judged));
  }

  /** Just enough of XML. */
  private static final class Xml {
    static int failures(String xml) {
      return Integer.parseInt(xml.replaceFirst("(?s).*?failures=\"(\\d+)\".*", "$1"));
    }
  }

  @Test
  void annotateWhatWouldHaveHappened() throws IOException {
    Judgement run = asked(ALL, RUNS.resolve("linux-6.1.192-java-dma/app.jfr"));
    String told = Runs.report(Format.GITHUB, List.of(run));
    assertTrue(told.contains("::notice title=W1 would stall::on ext4 with DAX"), told);
    assertTrue(
        Runs.report(Format.GITHUB, List.of(run.gatingAsIf())).contains("::error title=W1 would"));
  }
}
