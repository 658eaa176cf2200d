package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.rule.Rules;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class JunitReportTest {
  private static NodeList suites(List<Judgement> runs) throws Exception {
    String xml = Runs.report(Format.JUNIT, runs);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)))
        .getElementsByTagName("testsuite");
  }

  private static Element suite(Judgement run) throws Exception {
    return (Element) suites(List.of(run)).item(0);
  }

  private static int count(Element suite, String attribute) {
    int count = Integer.parseInt(suite.getAttribute(attribute));
    String element =
        switch (attribute) {
          case "failures" -> "failure";
          case "errors" -> "error";
          case "tests" -> "testcase";
          default -> attribute;
        };
    assertEquals(count, suite.getElementsByTagName(element).getLength(), attribute);
    return count;
  }

  @Test
  void hasASuiteForEachRunAndACaseForEachRule(@TempDir Path folder) throws Exception {
    List<Judgement> runs = Runs.all(folder);
    NodeList suites = suites(runs);
    assertEquals(runs.size(), suites.getLength());
    for (int i = 0; i < runs.size(); i++) {
      assertEquals(Rules.all().size(), count((Element) suites.item(i), "tests"));
    }
  }

  @Test
  void failsForFindingsAndPassesOtherwise() throws Exception {
    Judgement run = Runs.judged(Runs.JAVA);
    Element suite = suite(run);
    long rules = run.findings().stream().map(one -> one.finding().rule()).distinct().count();
    assertEquals(rules, count(suite, "failures"));
    assertEquals(0, count(suite, "errors"));
    assertEquals(1, count(suite, "skipped"), "without a plan nobody is held");
    String text = suite.getElementsByTagName("failure").item(0).getTextContent();
    assertTrue(text.contains("DmaIntoTruncated.java:122"), text);
  }

  @Test
  void knowsNothingOfWhatWasPartlySeen() throws Exception {
    Element suite = suite(Runs.judged(Runs.KERNEL_ONLY));
    assertEquals(2, count(suite, "failures"));
    assertEquals(
        Rules.all().size() - 2,
        count(suite, "errors") + count(suite, "skipped"),
        "no rule passes in a run that was not wholly seen");
    assertTrue(count(suite, "errors") > 0);
  }

  @Test
  void isNeverGreenForARunThatSaysNothing(@TempDir Path folder) throws Exception {
    Path trace = java.nio.file.Files.createFile(folder.resolve("kernel.ftrace"));
    Element suite = suite(Runs.judged(trace));
    assertTrue(count(suite, "errors") > 0);
    assertEquals(Rules.all().size(), count(suite, "errors") + count(suite, "skipped"));
  }

  @Test
  void escapesHostileNames(@TempDir Path folder) throws IOException {
    String xml = Runs.report(Format.JUNIT, List.of(Runs.judged(Runs.hostile(folder))));
    assertTrue(xml.contains("&lt;img src=x onerror"));
    assertTrue(xml.chars().noneMatch(c -> c < ' ' && c != '\n'), "no control characters");
  }
}
