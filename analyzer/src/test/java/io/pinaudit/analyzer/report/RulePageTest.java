package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.rule.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every page has what reports quote of it. */
class RulePageTest {
  @Test
  void hasASeverityASummaryAProofAndAFix() {
    List<RulePage> pages = Rules.all().stream().map(rule -> RulePage.of(rule.hazard())).toList();
    for (RulePage page : pages) {
      assertNotNull(page.severity(), page.hazard().rule());
      assertTrue(page.summary().endsWith("."), page.summary());
      assertFalse(page.summary().matches("(?s).*[\\[\\]`*].*"), page.summary());
      assertFalse(page.section("How to fix it").isEmpty(), page.hazard().rule());
      assertFalse(page.section("Why it is proof").isEmpty(), page.hazard().rule());
      assertEquals("", page.section("no such heading"));
    }
  }

  @Test
  void isRenderedWithLinksThatStayInTheReport() {
    String html =
        HtmlReport.rendered("# Title\n## Head\nsee [A](Other.md), [b](../limits.md) <i>x</i>\n");
    assertEquals(
        "<h4>Head</h4>\n<p>see <a href=\"#rule-Other\">A</a>, b &lt;i&gt;x&lt;/i&gt;</p>\n", html);
  }
}
