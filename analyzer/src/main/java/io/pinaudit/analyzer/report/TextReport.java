package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.gate.Standing;
import io.pinaudit.analyzer.trace.Frame;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the report for people, in the order of KASAN's reports: what, where, pinned by, freed by,
 * reused by, dropped, mapped by, the picture of the extent, and what to change.
 */
public final class TextReport implements Report {
  private static final String RULER = "=".repeat(78);
  private static final String INDENT = " ".repeat(12);
  private static final int WIDTH = 116;
  private static final int SHOWN_LINES = 20;
  private static final int SHOWN_FRAMES = 12;
  private static final int SHOWN_NAMES = 10;

  private final Ink ink;

  TextReport(Ink ink) {
    this.ink = ink;
  }

  /** Prints the report of one run without colours. */
  public static void print(Audit audit, PrintStream out) {
    PrintWriter writer = new PrintWriter(out, false, out.charset());
    new Page(Ink.PLAIN, audit, writer).print(Judgement.of("", audit));
    writer.flush();
  }

  /** Prints only the findings of one run, without colours and without a verdict. */
  public static void printFindings(Audit audit, PrintStream out) {
    PrintWriter writer = new PrintWriter(out, false, out.charset());
    Page page = new Page(Ink.PLAIN, audit, writer);
    audit.findings().forEach(page::finding);
    writer.flush();
  }

  /** Returns one line that says of each finding of a run when and where it happened last. */
  public static List<String> latest(Audit audit) {
    Prose prose = new Prose(audit);
    return audit.findings().stream()
        .map(
            finding ->
                Words.printable(
                    "%s, %,d so far, last %s"
                        .formatted(
                            Prose.title(finding),
                            finding.count(),
                            prose.another(finding.latest()))))
        .toList();
  }

  /** Returns one line that says of each finding of a run what happened and where. */
  public static List<String> lines(Audit audit) {
    Prose prose = new Prose(audit);
    return audit.findings().stream()
        .map(
            finding ->
                Words.printable(
                    Prose.title(finding)
                        + ": "
                        + prose.what(finding)
                        + "; "
                        + prose.where(finding.first().place())))
        .toList();
  }

  /**
   * Returns what is to be told of each finding of a run in a few words: its name, rule, severity,
   * certainty and fingerprint, when it happened in nanoseconds of CLOCK_MONOTONIC, what happened,
   * and where. No word has control characters in it.
   */
  public static List<List<String>> words(Audit audit) {
    Prose prose = new Prose(audit);
    return audit.findings().stream()
        .map(
            finding ->
                Stream.of(
                        finding.id(),
                        finding.rule(),
                        Words.lower(finding.severity()),
                        Words.lower(finding.certainty()),
                        finding.fingerprint(),
                        Long.toString(finding.first().began().nanos()),
                        prose.what(finding),
                        prose.where(finding.first().place()))
                    .map(Words::printable)
                    .toList())
        .toList();
  }

  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    PrintWriter writer = new PrintWriter(out);
    for (Judgement run : runs) {
      Page page = new Page(ink, run.audit(), writer);
      if (runs.size() > 1) {
        page.line("run " + run.run());
      }
      page.print(run);
    }
    if (writer.checkError()) {
      throw new IOException("text report: write failed");
    }
  }

  /** Writes only some findings of a run. */
  void findings(Judgement run, List<Judged> findings, Writer out) {
    PrintWriter writer = new PrintWriter(out);
    Page page = new Page(ink, run.audit(), writer);
    findings.forEach(one -> page.finding(one.finding()));
    writer.flush();
  }

  /** Prints the report of one run. */
  private record Page(Ink ink, Audit audit, Prose prose, PrintWriter out) {
    Page(Ink ink, Audit audit, PrintWriter out) {
      this(ink, audit, new Prose(audit), out);
    }

    void print(Judgement run) {
      run.failing().forEach(one -> finding(one.finding()));
      out.println(RULER);
      run.findings().stream().filter(one -> !one.fails()).forEach(this::passed);
      summary(run);
      GuardProse.print(audit.ledgers().sight().interventions(), out);
      new WhatIfText(audit, out).print(run.answers());
    }

    void finding(Finding finding) {
      Finding.Instance first = finding.first();
      RulePage page = RulePage.of(finding.hazard());
      out.println(RULER);
      out.println(ink.title(finding.severity(), Words.printable(Prose.title(finding))));
      row("what", prose.what(finding));
      prose("means", page.summary());
      row("where", prose.where(first.place()));
      if (!first.doubts().isEmpty()) {
        row("doubt", Prose.doubts(first));
      }
      first.steps().forEach(step -> step(step, first));
      prose.undropped(first).ifPresent(text -> row("dropped", text));
      first.step(Step.Role.FREED).ifPresent(_ -> picture(ExtentPicture.of(first)));
      others(finding);
      prose("fix", page.fix());
      row("rule", "docs/rules/" + finding.rule() + ".md");
      out.println();
    }

    private void step(Step step, Finding.Instance instance) {
      row(Prose.label(step, instance), prose.headline(step, instance));
      frames(step);
    }

    private void frames(Step step) {
      if (!Prose.hasStack(step)) {
        return;
      }
      List<Frame> frames = Prose.stack(step.actor().call());
      if (frames.isEmpty()) {
        line("              no Java stack was observed");
        return;
      }
      frames.stream().limit(SHOWN_FRAMES).forEach(frame -> line("              at " + frame));
      if (frames.size() > SHOWN_FRAMES) {
        line("              … " + (frames.size() - SHOWN_FRAMES) + " more");
      }
    }

    private void picture(List<ExtentPicture.Row> rows) {
      rows.forEach(
          row ->
              out.println("  " + ink.label(padded(row.label())) + " " + ink.picture(row.text())));
    }

    private void others(Finding finding) {
      if (finding.count() == 1) {
        return;
      }
      row("again", "%,d more through the same lines:".formatted(finding.count() - 1));
      long more = finding.count() - 1;
      Map<String, Integer> others = prose.others(finding.first(), finding.instances());
      for (var other : others.entrySet().stream().limit(SHOWN_LINES).toList()) {
        line("              " + Prose.often(other.getKey(), other.getValue()));
        more -= other.getValue();
      }
      if (more > 0) {
        line("              and %,d more".formatted(more));
      }
    }

    private void passed(Judged judged) {
      line("  " + Prose.standing(judged) + ": " + Prose.title(judged.finding()));
      line("              " + prose.what(judged.finding()));
    }

    private void summary(Judgement run) {
      Verdict verdict = audit.verdict();
      long passed = run.findings().stream().filter(one -> one.standing() != Standing.NEW).count();
      String counted =
          Words.count(run.failing().size())
              + (passed == 0 ? "" : ", " + passed + " let pass")
              + Prose.faults(audit);
      out.println(
          ink.verdict(
              run.complete() && run.failing().isEmpty(),
              "%s; the run is %s (%,d kernel events, %,d Java calls)"
                  .formatted(
                      counted,
                      Words.lower(verdict.completeness()),
                      audit.kernelEvents(),
                      audit.javaCalls())));
      verdict.reasons().forEach(reason -> line("  not sure: " + reason));
      verdict.notes().forEach(note -> line("  note: " + note));
      VerdictProse.applied(verdict).forEach(rules -> line("  " + rules));
      counted("events without use", audit.diagnostics().ignored());
      counted("unknown operations", audit.diagnostics().unknownOperations());
      audit.diagnostics().shown().forEach(line -> line("  " + line));
      prose.kernelWarnings().forEach(line -> line("  kernel log: " + line));
    }

    private void counted(String what, Map<String, Long> counts) {
      if (!counts.isEmpty()) {
        line(
            counts.entrySet().stream()
                .limit(SHOWN_NAMES)
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", ", "  " + what + ": ", "")));
      }
    }

    private void row(String label, String text) {
      out.println("  " + ink.label(padded(label)) + " " + Words.printable(text));
    }

    /**
     * Prints sentences, with line breaks where a terminal would break a word: nobody searches for
     * them.
     */
    private void prose(String label, String text) {
      StringBuilder line = new StringBuilder();
      List<String> lines = new ArrayList<>();
      for (String word : text.split(" ")) {
        if (!line.isEmpty() && INDENT.length() + line.length() + word.length() >= WIDTH) {
          lines.add(line.toString());
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
      lines.add(line.toString());
      row(label, lines.getFirst());
      lines.stream().skip(1).forEach(rest -> line(INDENT + rest));
    }

    private static String padded(String label) {
      return String.format(Locale.ROOT, "%-9s", label);
    }

    /** Prints a line. Control characters of a trace must not reach a terminal. */
    private void line(String text) {
      out.println(Words.printable(text));
    }
  }
}
