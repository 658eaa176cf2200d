package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Writes one HTML file for a browser. The file has no script and fetches nothing; a policy in it
 * forbids both.
 *
 * <p>All text from a trace goes through {@link Markup}, which escapes the text.
 */
final class HtmlReport implements Report {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private final String toolVersion;

  HtmlReport(String toolVersion) {
    this.toolVersion = toolVersion;
  }

  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    PrintWriter writer = new PrintWriter(out);
    writer.println("<!DOCTYPE html>");
    page(runs, new Markup(writer));
    writer.println();
    if (writer.checkError()) {
      throw new IOException("html report: write failed");
    }
  }

  private void page(List<Judgement> runs, Markup html) throws IOException {
    html.open("html", "lang", "en");
    head(runs, html);
    html.open("body");
    html.element("a", "Skip to the findings", "class", "skip", "href", "#findings");
    html.open("main");
    banner(runs, html);
    html.open("div", "id", "findings");
    for (int i = 0; i < runs.size(); i++) {
      new HtmlRun(runs.get(i), i, runs.size() > 1, html).write();
    }
    html.close();
    rules(html);
    html.close();
    html.element(
        "footer", "pinaudit " + toolVersion + " · times are CLOCK_MONOTONIC, from the run's start");
    html.close().close();
  }

  private static void head(List<Judgement> runs, Markup html) {
    html.open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", "pinaudit: " + verdict(runs));
    html.open("style").trusted(resource("report.css")).close();
    html.close();
  }

  private static void banner(List<Judgement> runs, Markup html) {
    boolean complete = runs.stream().allMatch(Judgement::complete);
    boolean failing = runs.stream().anyMatch(run -> !run.failing().isEmpty());
    html.open("header", "class", "banner " + (failing ? "bad" : complete ? "good" : "unsure"));
    html.element("p", "pinaudit: storage blocks and the I/O that has them pinned", "class", "tool");
    html.element("h1", verdict(runs));
    html.close();
  }

  /**
   * Returns the verdict on all runs: {@code 3 findings (2 critical, 1 warning); the run is
   * complete}.
   */
  private static String verdict(List<Judgement> runs) {
    List<Judged> failing = runs.stream().flatMap(run -> run.failing().stream()).toList();
    String kinds =
        Stream.of(Severity.CRITICAL, Severity.ERROR, Severity.WARNING)
            .map(severity -> count(failing, severity))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    String counts = Words.count(failing.size()) + (kinds.isEmpty() ? "" : " (" + kinds + ")");
    long partly = runs.stream().filter(run -> !run.complete()).count();
    String seen =
        runs.size() == 1
            ? "the run is " + Words.lower(runs.getFirst().audit().verdict().completeness())
            : partly == 0
                ? "all " + runs.size() + " runs are complete"
                : partly + " of " + runs.size() + " runs are not complete";
    return counts + "; " + seen;
  }

  private static String count(List<Judged> findings, Severity severity) {
    long count = findings.stream().filter(one -> one.finding().severity() == severity).count();
    return count == 0 ? "" : count + " " + Words.lower(severity);
  }

  private static void rules(Markup html) {
    html.open("section", "class", "rules", "aria-labelledby", "rules");
    html.element("h2", "The rules", "id", "rules");
    for (Rule rule : Rules.all()) {
      RulePage page = RulePage.of(rule.hazard());
      html.open("details", "id", "rule-" + rule.hazard());
      html.open("summary")
          .element("strong", rule.hazard().rule())
          .text(" " + page.summary())
          .close();
      html.open("div", "class", "prose").trusted(rendered(page.markdown())).close();
      html.close();
    }
    html.close();
  }

  /** Returns the Markdown of a rule's page as HTML; the pages are this program's own. */
  static String rendered(String markdown) {
    String here =
        markdown
            .replaceFirst("\\A# .*\\n", "")
            .replaceAll("(?m)^## ", "#### ")
            .replaceAll("\\]\\((\\w+)\\.md\\)", "](#rule-$1)")
            .replaceAll("\\[([^\\]]*)]\\((?!#|https:)[^)]*\\)", "$1");
    return HtmlRenderer.builder()
        .escapeHtml(true)
        .build()
        .render(Parser.builder().build().parse(here));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
