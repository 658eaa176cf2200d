package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Summary;
import io.pinaudit.analyzer.report.SummaryText;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** The verb {@code summary}: counts what a run holds. */
public final class SummaryVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public SummaryVerb() {}

  @Override
  public String name() {
    return "summary";
  }

  @Override
  public String arguments() {
    return "RUN… (a run directory, or .jfr and ftrace files)";
  }

  @Override
  public String summary() {
    return "count what a recorded run holds, and how long pins and stalls lasted";
  }

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("summary: name a run directory, or .jfr and ftrace files");
    }
    Inputs inputs = Inputs.of(line.getArgList().stream().map(Path::of).toList());
    Summary summary = new Summary();
    try (Progress _ = Progress.of(inputs, console)) {
      SummaryText.print(Audit.of(inputs, summary), summary, console.out());
    }
    return ExitStatus.CLEAN;
  }
}
