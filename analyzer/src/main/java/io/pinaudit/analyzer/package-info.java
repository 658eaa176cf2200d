/**
 * Audits recorded runs: a library, which the command line, a test or a fleet's job embeds.
 *
 * <p>What others use is {@link io.pinaudit.analyzer.audit.Inputs} (what to read), {@link
 * io.pinaudit.analyzer.audit.Audit} (reads it and applies the rules), {@link
 * io.pinaudit.analyzer.finding.Finding} (what was found), {@link
 * io.pinaudit.analyzer.audit.Verdict} (how much was seen), {@link
 * io.pinaudit.analyzer.report.Report} (in which format to write it), {@link
 * io.pinaudit.analyzer.whatif.WhatIf} (what it would have been elsewhere), and {@link
 * io.pinaudit.analyzer.audit.Watcher} (who looks on meanwhile). All else may change between
 * versions.
 *
 * <p>This program audits a run directory, prints its findings, and writes a page for a browser:
 *
 * <pre>{@code
 * import io.pinaudit.analyzer.audit.Audit;
 * import io.pinaudit.analyzer.audit.Inputs;
 * import io.pinaudit.analyzer.finding.Finding;
 * import io.pinaudit.analyzer.finding.Step;
 * import io.pinaudit.analyzer.gate.Judgement;
 * import io.pinaudit.analyzer.report.Format;
 * import io.pinaudit.analyzer.report.Report;
 * import java.io.IOException;
 * import java.io.Writer;
 * import java.nio.file.Files;
 * import java.nio.file.Path;
 * import java.util.List;
 *
 * class AuditRun {
 *   public static void main(String[] args) throws IOException {
 *     Audit audit = Audit.of(Inputs.of(List.of(Path.of(args[0]))));
 *     for (Finding finding : audit.findings()) {
 *       System.out.println(finding.severity() + " " + finding.rule() + ", " + finding.count() + " times");
 *       for (Step step : finding.first().steps()) {
 *         System.out.println("  " + step.role() + " by " + step.actor().operation());
 *       }
 *     }
 *     System.out.println("the run is " + audit.verdict().completeness());
 *     audit.verdict().rules().forEach((rule, applied) -> System.out.println("  " + rule + ": " + applied));
 *     try (Writer page = Files.newBufferedWriter(Path.of(args[1]))) {
 *       Report.of(Format.HTML).write(List.of(Judgement.of(args[0], audit)), page);
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>An audit runs on the thread that asks for it; several may run at once, each with rules and
 * watchers of its own. An input that is no recording is an {@link
 * io.pinaudit.analyzer.trace.InputException}, whose message names the place; what is damaged is
 * read as far as it goes, and a reason of the verdict. Nothing here prints, exits, or writes a
 * file.
 */
package io.pinaudit.analyzer;
