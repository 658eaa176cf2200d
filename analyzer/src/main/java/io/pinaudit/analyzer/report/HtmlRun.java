package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes one run as HTML: what it was, its findings, and how much of it was seen. */
final class HtmlRun {
  /** The number of findings that are shown whole; a browser would be slow with more. */
  private static final int WHOLE = 200;

  /** The number of further findings that have a line each; the rest are only counted. */
  private static final int LISTED = 2_000;

  private final Judgement run;
  private final Audit audit;
  private final String id;
  private final boolean oneOfSeveral;
  private final Markup html;

  HtmlRun(Judgement run, int number, boolean oneOfSeveral, Markup html) {
    this.run = run;
    this.audit = run.audit();
    this.id = oneOfSeveral ? "r" + (number + 1) + "-" : "";
    this.oneOfSeveral = oneOfSeveral;
    this.html = html;
  }

  /** Names a part of a run by its heading and, of several runs, by that of the run too. */
  static String labelledBy(String id, String heading) {
    return id.isEmpty() ? heading : id + heading + " " + id + "run";
  }

  /** The same for a part without a heading. */
  private static String label(String id, String name) {
    return id.isEmpty() ? name : name + " of run " + id.substring(1, id.length() - 1);
  }

  /** Opens a part that may be wider than the page, and that the keyboard scrolls. */
  static Markup openScroll(Markup html, String id, String name) {
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region");
    return html.attribute("aria-label", label(id, name));
  }

  void write() throws IOException {
    html.open("section", "class", "run");
    if (oneOfSeveral) {
      html.element("h2", "Run " + run.run(), "id", id + "run");
    }
    facts();
    List<Judged> findings = worstFirst();
    List<Judged> whole = findings.subList(0, Math.min(WHOLE, findings.size()));
    contents(whole);
    new HtmlCourse(audit, findings, id, html).write();
    new HtmlBlocks(audit, findings, id, html).write();
    Prose prose = new Prose(audit);
    HtmlFinding.About about = new HtmlFinding.About(audit, prose, lines(whole));
    for (Judged judged : whole) {
      new HtmlFinding(judged, id + judged.finding().id(), about, html).write();
    }
    others(findings.subList(whole.size(), findings.size()), prose);
    trust(prose);
    guard(audit.ledgers().sight().interventions());
    new HtmlWhatIf(audit, id, html).write(run.answers());
    html.close();
  }

  /** Writes what the guard did, after what happened. */
  private void guard(Interventions interventions) {
    if (interventions.isEmpty()) {
      return;
    }
    html.open("section", "class", "card guard", "aria-labelledby", labelledBy(id, "guard"));
    html.element("h2", GuardProse.title(interventions), "id", id + "guard");
    for (Interventions.Group group : interventions.groups()) {
      html.element("h3", GuardProse.done(group));
      html.open("ul");
      html.element("li", GuardProse.site(group));
      html.element("li", GuardProse.holderSite(group));
      html.element("li", "without it: " + GuardProse.otherwise(group));
      html.close();
    }
    html.close();
  }

  /** Returns the findings that count before those that are let pass, and the more severe first. */
  private List<Judged> worstFirst() {
    return run.findings().stream()
        .sorted(
            Comparator.comparing(Judged::standing)
                .thenComparing(one -> one.finding().severity(), Comparator.reverseOrder()))
        .toList();
  }

  /** Returns the lines of the traces from which the findings were read. */
  private Map<Source, String> lines(List<Judged> whole) throws IOException {
    List<Source> sources =
        whole.stream()
            .flatMap(judged -> judged.finding().first().steps().stream())
            .map(step -> step.stamp().source())
            .toList();
    return InputLines.of(audit.inputs().traces(), sources);
  }

  private void facts() {
    RunDescription description = audit.inputs().description();
    html.open("dl", "class", "facts");
    fact("run", run.run());
    if (description != null) {
      fact("command", String.join(" ", description.command()));
      fact("kernel", description.kernelRelease());
    }
    fact("lasted", Words.seconds(audit.durationNanos()));
    fact(
        "read",
        "%,d kernel events, %,d Java calls%s"
            .formatted(audit.kernelEvents(), audit.javaCalls(), Prose.faults(audit)));
    html.close();
  }

  private void fact(String name, String value) {
    html.open("div").element("dt", name).element("dd", value).close();
  }

  private void contents(List<Judged> whole) {
    if (whole.isEmpty()) {
      return;
    }
    Prose prose = new Prose(audit);
    html.open("nav", "aria-label", label(id, "Findings")).open("ol", "class", "contents");
    for (Judged judged : whole) {
      html.open("li").open("a", "href", "#" + id + judged.finding().id());
      HtmlFinding.badge(judged.finding().severity(), html);
      html.element("strong", judged.finding().id() + " " + judged.finding().rule());
      html.element("span", prose.what(judged.finding()), "class", "what");
      html.close().close();
    }
    html.close().close();
  }

  /** Writes the findings for which there is no room. */
  private void others(List<Judged> others, Prose prose) {
    if (others.isEmpty()) {
      return;
    }
    html.open("section", "class", "card", "aria-labelledby", labelledBy(id, "others"));
    html.element("h2", "%,d more findings".formatted(others.size()), "id", id + "others");
    html.open("ul");
    others.stream().limit(LISTED).forEach(judged -> html.element("li", line(judged, prose)));
    if (others.size() > LISTED) {
      html.element("li", "and %,d more, in the other formats".formatted(others.size() - LISTED));
    }
    html.close().close();
  }

  private static String line(Judged judged, Prose prose) {
    Finding finding = judged.finding();
    return "%s %s [%s]: %s; %s"
        .formatted(
            finding.id(),
            finding.rule(),
            Words.lower(finding.severity()),
            prose.what(finding),
            prose.where(finding.first().place()));
  }

  private void trust(Prose prose) {
    html.open("section", "class", "card trust", "aria-labelledby", labelledBy(id, "trust"));
    html.element("h2", "How much of the run was seen", "id", id + "trust");
    html.element("p", sentence(), "class", run.complete() ? "good" : "unsure");
    list(audit.verdict().reasons());
    more("Notes", audit.verdict().notes());
    html.element("p", audit.clock(), "class", "none");
    ruleTable();
    more("Probes", probes());
    more("Inputs", inputs().map(Path::toString).toList());
    more("Lines that could not be used", audit.diagnostics().shown());
    more(
        "Unknown operations",
        audit.diagnostics().unknownOperations().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .toList());
    more("Kernel log", prose.kernelWarnings());
    html.close();
  }

  private String sentence() {
    return switch (audit.verdict().completeness()) {
      case COMPLETE ->
          "Complete: every rule was applied to all that it needs, or what it is about cannot occur"
              + " here.";
      case PARTIAL ->
          "Partial: something is missing. What was found stands; what was not found may be there.";
      case INCONCLUSIVE -> "Inconclusive: no rule could be applied. Nothing follows from this run.";
    };
  }

  private void list(List<String> lines) {
    if (!lines.isEmpty()) {
      html.open("ul");
      lines.forEach(line -> html.element("li", line));
      html.close();
    }
  }

  private void ruleTable() {
    openScroll(html, id, "Rules").open("table").open("thead").open("tr");
    html.element("th", "rule", "scope", "col").element("th", "outcome", "scope", "col");
    html.close().close().open("tbody");
    for (Rule rule : Rules.all()) {
      html.open("tr").open("td");
      html.element("a", rule.hazard().rule(), "href", "#rule-" + rule.hazard());
      html.close().element("td", outcome(rule.hazard())).close();
    }
    html.close().close().close();
  }

  private String outcome(Hazard hazard) {
    long found = run.findings().stream().filter(one -> one.finding().hazard() == hazard).count();
    if (found > 0) {
      return Words.count((int) found);
    }
    return switch (audit.verdict().rules().get(hazard)) {
      case Applied.Whole _ -> "nothing found";
      case Applied.RuledOut(String why) -> "ruled out: " + why;
      case Applied.InPart(_, List<String> unseen) ->
          "nothing found in what was seen: " + String.join("; ", unseen);
      case Applied.NotAtAll(Set<Evidence> missing) ->
          "not applied, " + VerdictProse.missing(missing);
      case null -> "not asked for";
    };
  }

  private Stream<Path> inputs() {
    return Stream.concat(audit.inputs().jfr().stream(), audit.inputs().traces().stream());
  }

  private List<String> probes() {
    RunDescription description = audit.inputs().description();
    if (description == null || description.kernel() == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (KernelSide.ProbeState probe : description.kernel().probes()) {
      lines.add(
          "%s (%s): %s%s"
              .formatted(
                  probe.name(),
                  probe.evidence(),
                  probe.attached() ? "attached" : "not attached, " + probe.reason(),
                  probe.missed() > 0 ? ", missed " + probe.missed() + " hits" : ""));
    }
    for (CpuStatistics cpu : description.kernel().cpus()) {
      lines.add("CPU " + cpu.cpu() + ": " + cpu.lost() + " events lost");
    }
    return lines;
  }

  private void more(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      html.open("details").element("summary", title + " (" + lines.size() + ")");
      list(lines);
      html.close();
    }
  }
}
