package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.rule.Finding;
import io.pinaudit.analyzer.rule.Step;
import io.pinaudit.analyzer.trace.Frame;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The report for people, in KASAN's order: what, where, pinned by, freed by, reused by, dropped,
 * mapped by, and the picture of the extent.
 */
public final class TextReport {
  private static final String RULER = "=".repeat(78);
  private static final int SHOWN_INSTANCES = 20;
  private static final int SHOWN_FRAMES = 12;
  private static final int SHOWN_IGNORED = 10;

  private final Audit audit;
  private final Prose prose;
  private final PrintStream out;

  private TextReport(Audit audit, PrintStream out) {
    this.audit = audit;
    this.prose = new Prose(audit);
    this.out = out;
  }

  /** Prints the report. */
  public static void print(Audit audit, PrintStream out) {
    new TextReport(audit, out).print();
  }

  private void print() {
    audit.findings().forEach(this::finding);
    summary();
  }

  private void finding(Finding finding) {
    Finding.Instance first = finding.first();
    line(RULER);
    format(
        "%s %s [%s, %s]",
        finding.id(),
        finding.rule(),
        Prose.lower(finding.severity()),
        Prose.lower(finding.certainty()));
    line("  what      " + prose.what(finding));
    line("  where     " + prose.where(first.place()));
    first.steps().forEach(step -> step(step, first));
    if (first.step(Step.Role.DROPPED).isEmpty() && first.step(Step.Role.PINNED).isPresent()) {
      line("  dropped   not before the end of the recording");
    }
    first.step(Step.Role.FREED).ifPresent(_ -> ExtentPicture.of(first).forEach(this::line));
    others(finding);
    line("  rule      docs/rules/" + finding.rule() + ".md");
    line("");
  }

  private void step(Step step, Finding.Instance instance) {
    format("  %-9s %s", Prose.label(step.role()), prose.headline(step, instance));
    frames(step);
  }

  private void frames(Step step) {
    if (step.role() == Step.Role.DROPPED) {
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

  private void others(Finding finding) {
    if (finding.count() == 1) {
      return;
    }
    format("  again     %,d more through the same lines:", finding.count() - 1);
    List<Finding.Instance> rest =
        finding.instances().stream().filter(one -> !one.equals(finding.first())).toList();
    rest.stream()
        .limit(SHOWN_INSTANCES)
        .forEach(one -> line("              " + prose.another(one)));
    long more = finding.count() - 1 - Math.min(rest.size(), SHOWN_INSTANCES);
    if (more > 0) {
      format("              and %,d more", more);
    }
  }

  private void summary() {
    line(RULER);
    Verdict verdict = audit.verdict();
    format(
        "%s; the run is %s (%,d kernel events, %,d Java calls)",
        Prose.count(audit.findings().size()),
        Prose.lower(verdict.completeness()),
        audit.kernelEvents(),
        audit.javaCalls());
    verdict.reasons().forEach(reason -> line("  not sure: " + Prose.printable(reason)));
    verdict
        .notApplicable()
        .forEach(
            (rule, missing) ->
                line(
                    "  not applied: "
                        + rule
                        + ", no evidence of "
                        + missing.stream()
                            .map(evidence -> Prose.lower(evidence))
                            .collect(Collectors.joining(", "))));
    String ignored =
        audit.diagnostics().ignored().entrySet().stream()
            .limit(SHOWN_IGNORED)
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    if (!ignored.isEmpty()) {
      line("  events without use: " + Prose.printable(ignored));
    }
    audit.diagnostics().shown().forEach(line -> line("  " + Prose.printable(line)));
    if (audit.inputs().description() != null) {
      audit
          .inputs()
          .description()
          .kernelWarnings()
          .forEach(line -> line("  kernel log: " + Prose.printable(line)));
    }
  }

  /** Control characters of a trace must not reach a terminal. */
  private void line(String text) {
    out.println(Prose.printable(text));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would need a dependency
  private void format(String pattern, Object... values) {
    line(String.format(Locale.ROOT, pattern, values));
  }
}
