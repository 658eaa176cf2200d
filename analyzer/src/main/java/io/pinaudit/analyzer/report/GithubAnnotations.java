package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes one workflow command of GitHub Actions for each finding that counts, and one for each run
 * that was not completely seen: {@code ::error file=src/A.java,line=7,title=F1
 * FreedWhilePinned::…}.
 */
final class GithubAnnotations implements Report {
  private final Sources sources;

  GithubAnnotations(Sources sources) {
    this.sources = sources;
  }

  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    for (Judgement run : runs) {
      Prose prose = new Prose(run.audit());
      for (Judged judged : run.failing()) {
        out.write(annotation(judged.finding(), prose) + "\n");
      }
      Optional<AsIfOnDax> asIf = run.answers().asIfOnDax();
      if (asIf.isPresent()) {
        WhatIfProse would = new WhatIfProse(run.audit());
        for (AsIfOnDax.Would one : asIf.get().would()) {
          String title = property(one.which().id() + " " + one.gravity());
          out.write((run.gatesAsIf() ? "::error" : "::notice") + " title=" + title + "::");
          out.write(message(would.would(one, asIf.get().kernel())) + "\n");
        }
      }
      for (Interventions.Group group : run.audit().ledgers().sight().interventions().groups()) {
        out.write("::notice title=guard::" + message(GuardProse.done(group)));
        out.write("%0A" + message(GuardProse.otherwise(group)) + "\n");
      }
      if (!run.complete()) {
        out.write("::warning title=" + property("pinaudit: " + run.run()) + "::");
        out.write(message(VerdictProse.trust(run.audit().verdict())) + "\n");
      }
    }
    out.flush();
  }

  private String annotation(Finding finding, Prose prose) {
    Optional<Sources.CodeLine> place =
        Culprit.of(finding).flatMap(step -> Culprit.line(step, sources));
    String title = "title=" + property(finding.id() + " " + finding.rule());
    String where =
        place
            .map(line -> "file=" + property(line.uri()) + ",line=" + Math.max(1, line.line()) + ",")
            .orElse("");
    return "::"
        + level(finding.severity())
        + " "
        + where
        + title
        + "::"
        + message(String.join("\n", lines(finding, prose)));
  }

  /**
   * Returns the lines that say what happened, where, through which other lines of code, and what to
   * change.
   */
  private static List<String> lines(Finding finding, Prose prose) {
    Finding.Instance first = finding.first();
    List<String> lines = new ArrayList<>();
    lines.add(prose.what(finding));
    lines.add(prose.where(first.place()));
    if (!first.doubts().isEmpty()) {
      lines.add("only possible: " + Prose.doubts(first));
    }
    Optional<Step> culprit = Culprit.of(finding);
    first.steps().stream()
        .filter(step -> culprit.isEmpty() || !step.equals(culprit.get()))
        .forEach(step -> lines.add(prose.told(step, first) + at(step)));
    lines.add("fix: " + RulePage.of(finding.hazard()).fix());
    return lines;
  }

  private static String at(Step step) {
    return Prose.stack(step.actor().call()).stream()
        .findFirst()
        .map(frame -> ", at " + Words.printable(frame.toString()))
        .orElse("");
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case CRITICAL, ERROR -> "error";
      case WARNING -> "warning";
    };
  }

  private static String message(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return message(Words.printable(text)).replace(":", "%3A").replace(",", "%2C");
  }
}
