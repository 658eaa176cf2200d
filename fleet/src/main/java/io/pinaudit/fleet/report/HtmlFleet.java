package io.pinaudit.fleet.report;

import io.pinaudit.analyzer.report.Markup;
import io.pinaudit.analyzer.report.Report;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes one HTML file for a browser. The file has no script and fetches nothing; a policy in it
 * forbids both. All text of a run goes through {@link Markup}, which escapes the text.
 */
final class HtmlFleet {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";
  private static final DateTimeFormatter SHORT_DAY =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
  private static final int MOST_SHOWN = 200;
  private static final int MOST_DAYS = 92;

  private final Summary summary;

  HtmlFleet(Summary summary) {
    this.summary = summary;
  }

  void write(Writer out) throws IOException {
    PrintWriter writer = new PrintWriter(out);
    writer.println("<!DOCTYPE html>");
    page(new Markup(writer));
    writer.println();
    if (writer.checkError()) {
      throw new IOException("html report: write failed");
    }
  }

  private void page(Markup html) {
    html.open("html", "lang", "en");
    head(html);
    html.open("body");
    html.element("a", "Skip to the findings", "class", "skip", "href", "#findings");
    html.open("main");
    banner(html);
    plots(html);
    html.open("div", "id", "findings");
    for (Standing standing : Standing.values()) {
      sightings(standing, html);
    }
    html.close();
    matrix(html);
    sites(html);
    coverage(html);
    silent(html);
    failures(html);
    html.close();
    html.element("footer", "pinaudit fleet · days are UTC · tables: " + summary.tables());
    html.close().close();
  }

  private void head(Markup html) {
    html.open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", "pinaudit fleet: " + verdict());
    html.open("style");
    html.trusted(resource(Report.class, "report.css"))
        .trusted(resource(HtmlFleet.class, "fleet.css"));
    html.close().close();
  }

  private static String resource(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String verdict() {
    long fresh = summary.sightings(Standing.NEW).size();
    long back = summary.sightings(Standing.REGRESSED).size();
    return "%,d new and %,d returned findings since %s".formatted(fresh, back, summary.since());
  }

  private void banner(Markup html) {
    boolean bad =
        !summary.sightings(Standing.NEW).isEmpty()
            || !summary.sightings(Standing.REGRESSED).isEmpty();
    boolean whole = summary.completeRuns() == summary.runs();
    html.open("header", "class", "banner " + (bad ? "bad" : whole ? "good" : "unsure"));
    html.element(
        "p", "pinaudit fleet: storage blocks and the I/O that has them pinned", "class", "tool");
    html.element("h1", verdict());
    html.element("p", TextFleet.headline(summary), "class", "tool");
    html.close();
  }

  private void plots(Markup html) {
    html.open("section", "class", "plots", "aria-label", "By day");
    new Plot(
            "Findings of each day",
            List.of(
                new Plot.Series("warning", "warning"),
                new Plot.Series("error", "error"),
                new Plot.Series("critical", "critical")),
            bars(day -> List.of(day.findings(0), day.findings(1), day.findings(2))))
        .write(html);
    new Plot(
            "Runs of each day",
            List.of(
                new Plot.Series("complete", "whole"),
                new Plot.Series("not wholly seen", "part"),
                new Plot.Series("not audited", "critical")),
            bars(
                day ->
                    List.of(
                        day.complete(), day.runs() - day.complete() - day.failed(), day.failed())))
        .write(html);
    new Plot(
            "Hosts with a run on each day",
            List.of(new Plot.Series("hosts", "hosts")),
            bars(day -> List.of((long) day.hosts())))
        .write(html);
    html.close();
  }

  private List<Plot.Bar> bars(Function<Day, List<Long>> values) {
    List<Map.Entry<LocalDate, Day>> days = new ArrayList<>(summary.days().entrySet());
    return days.subList(Math.max(0, days.size() - MOST_DAYS), days.size()).stream()
        .map(day -> new Plot.Bar(SHORT_DAY.format(day.getKey()), values.apply(day.getValue())))
        .toList();
  }

  private void sightings(Standing standing, Markup html) {
    List<Sighting> all = summary.sightings(standing);
    if (all.isEmpty() && standing != Standing.NEW) {
      return;
    }
    html.open("section", "aria-label", standing.toString());
    html.element("h2", title(standing) + (all.isEmpty() ? ": nothing" : " (" + all.size() + ")"));
    all.stream().limit(MOST_SHOWN).forEach(one -> sighting(one, html));
    if (all.size() > MOST_SHOWN) {
      html.element("p", "and %,d more".formatted(all.size() - MOST_SHOWN));
    }
    html.close();
  }

  private String title(Standing standing) {
    return switch (standing) {
      case NEW -> "New since " + summary.since();
      case REGRESSED -> "Came back since " + summary.since();
      case ONGOING -> "Before and since";
      case TOO_FEW_RUNS -> "Not seen since, but in too few complete runs to tell";
      case NOT_SEEN -> "Not seen since";
    };
  }

  private void sighting(Sighting one, Markup html) {
    FindingRow worst = one.worst();
    html.open("article", "class", "card");
    html.open("p", "class", "badges");
    html.element("span", worst.severity(), "class", "badge " + worst.severity());
    html.element("span", worst.certainty(), "class", "badge");
    html.element("strong", worst.rule()).text(" ").element("code", one.fingerprint());
    html.close();
    html.element("p", worst.what(), "class", "lead");
    html.open("dl", "class", "facts");
    fact("program", worst.app() + list("; versions ", one.versions()), html);
    fact("seen", one.evidence(), html);
    fact("days", one.first() + " to " + one.last(), html);
    fact("kernels", String.join(", ", one.kernels()), html);
    fact("at", worst.site(), html);
    fact("pinned by", worst.holder(), html);
    html.close();
    spark(one, html);
    html.element("pre", Reproduce.command(worst.paths(), worst.finding()), "class", "command");
    html.close();
  }

  private static String list(String head, Collection<String> names) {
    return names.isEmpty() ? "" : head + String.join(", ", names);
  }

  private static void fact(String name, String value, Markup html) {
    if (!value.isEmpty()) {
      html.open("div").element("dt", name).element("dd", value).close();
    }
  }

  /** Timelines with the finding, day by day, as one line of small bars. */
  private void spark(Sighting one, Markup html) {
    List<LocalDate> days = List.copyOf(summary.days().keySet());
    List<LocalDate> shown = days.subList(Math.max(0, days.size() - MOST_DAYS), days.size());
    int most = one.timelines().values().stream().mapToInt(Integer::intValue).max().orElse(1);
    html.open(
        "svg",
        "class",
        "spark",
        "viewBox",
        "0 0 " + shown.size() * 6 + " 24",
        "role",
        "img",
        "aria-label",
        "runs with it on each day, at most " + most);
    for (int i = 0; i < shown.size(); i++) {
      int count = one.timelines().getOrDefault(shown.get(i), 0);
      long height = count == 0 ? 1 : Math.max(2, Math.round(22.0 * count / most));
      html.open(
          "rect",
          "x",
          "" + i * 6,
          "y",
          "" + (24 - height),
          "width",
          "5",
          "height",
          "" + height,
          "class",
          count == 0 ? "none" : worstStyle(one));
      html.element("title", shown.get(i) + ": " + count).close();
    }
    html.close();
  }

  private static String worstStyle(Sighting one) {
    return one.worst().severity();
  }

  private void matrix(Markup html) {
    if (summary.firing().isEmpty()) {
      return;
    }
    html.open("section", "class", "card", "aria-labelledby", "matrix");
    html.element("h2", "Kernel × file system", "id", "matrix");
    html.element(
        "p",
        "Timelines with the finding / timelines that the rule could wholly judge: what stands"
            + " behind a zero.",
        "class",
        "where");
    for (String rule : summary.firing()) {
      html.element("h3", rule);
      html.open("div", "class", "wide").open("table", "class", "matrix").open("tr");
      html.element("th", "Linux");
      summary.fileSystems().forEach(each -> html.element("th", each));
      html.close();
      for (String kernel : summary.kernels()) {
        html.open("tr").element("th", kernel.isEmpty() ? "unknown" : kernel);
        summary
            .fileSystems()
            .forEach(each -> cell(summary.count(new Summary.Cell(kernel, each, rule)), html));
        html.close();
      }
      html.close().close();
    }
    html.close();
  }

  private static void cell(Summary.Count count, Markup html) {
    if (count == null) {
      html.element("td", "–", "class", "absent");
      return;
    }
    String style = count.hazardous() > 0 ? "hit" : count.conclusive() > 0 ? "zero" : "blind";
    html.element(
        "td",
        "%,d of %,d (%,d)".formatted(count.hazardous(), count.timelines(), count.conclusive()),
        "class",
        style);
  }

  private void sites(Markup html) {
    if (summary.sites().isEmpty()) {
      return;
    }
    html.open("section", "class", "card");
    html.element("h2", "Lines of Java, by hosts");
    html.open("div", "class", "wide").open("table");
    row("th", html, "hosts", "line", "rules");
    summary
        .sites()
        .forEach(
            site ->
                row("td", html, "" + site.hosts(), site.line(), String.join(", ", site.rules())));
    html.close().close().close();
  }

  private static void row(String tag, Markup html, String... cells) {
    html.open("tr");
    for (String cell : cells) {
      html.element(tag, cell);
    }
    html.close();
  }

  private void coverage(Markup html) {
    html.open("section", "class", "card");
    html.element("h2", "What was seen");
    html.open("div", "class", "wide").open("table");
    row("th", html, "rule", "wholly judged", "of timelines", "outcomes");
    for (Summary.RuleCoverage rule : summary.coverage()) {
      StringBuilder outcomes = new StringBuilder();
      rule.outcomes()
          .forEach(
              (name, count) ->
                  outcomes.append(outcomes.isEmpty() ? "" : ", ").append(name + " " + count));
      row("td", html, rule.rule(), "" + rule.conclusive(), "" + rule.all(), outcomes.toString());
    }
    html.close().close();
    if (!summary.reasons().isEmpty()) {
      html.element("h3", "Why runs are not complete").open("ul");
      summary
          .reasons()
          .forEach(one -> html.element("li", "%,d × %s".formatted(one.getValue(), one.getKey())));
      html.close();
    }
    html.close();
  }

  private void silent(Markup html) {
    List<Summary.Silent> silent = summary.silent();
    if (silent.isEmpty()) {
      return;
    }
    html.open("section", "class", "card");
    html.element("h2", "Silent hosts (%,d)".formatted(silent.size())).open("ul");
    silent.stream()
        .limit(MOST_SHOWN)
        .forEach(one -> html.element("li", one.host() + ", last run on " + one.last()));
    html.close().close();
  }

  private void failures(Markup html) {
    if (summary.failed() == 0) {
      return;
    }
    html.open("section", "class", "card");
    html.element("h2", "Not audited (%,d)".formatted(summary.failed())).open("ul");
    for (RunRow run : summary.failures()) {
      html.open("li").element("code", run.path()).text(" " + run.error()).close();
    }
    html.close().close();
  }
}
