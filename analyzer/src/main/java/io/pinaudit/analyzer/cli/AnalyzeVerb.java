package io.pinaudit.analyzer.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.report.TextReport;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** {@code analyze}: the report of one run. */
public final class AnalyzeVerb implements Verb {
  /** For the service loader. */
  public AnalyzeVerb() {}

  @Override
  public String name() {
    return "analyze";
  }

  @Override
  public String arguments() {
    return "RUN… (a run directory, or .jfr and ftrace files)";
  }

  @Override
  public String summary() {
    return "report the hazards of a recorded run";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder()
                .longOpt("exit-zero")
                .desc("exit with 0 whatever is found; errors still exit with 2")
                .get())
        .addOption(
            Option.builder()
                .longOpt("allow-inconclusive")
                .desc("exit with 0 instead of 3 when nothing is found in a run not wholly seen")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("analyze: name a run directory, or .jfr and ftrace files");
    }
    Audit audit = Audit.of(Inputs.of(line.getArgList().stream().map(Path::of).toList()));
    TextReport.print(audit, console.out());
    return line.hasOption("exit-zero")
        ? ExitStatus.CLEAN
        : status(audit, line.hasOption("allow-inconclusive"));
  }

  /** The exit status that an audit deserves. */
  static int status(Audit audit, boolean allowInconclusive) {
    if (!audit.findings().isEmpty()) {
      return ExitStatus.FINDINGS;
    }
    return audit.verdict().completeness() == Completeness.COMPLETE || allowInconclusive
        ? ExitStatus.CLEAN
        : ExitStatus.INCONCLUSIVE;
  }
}
