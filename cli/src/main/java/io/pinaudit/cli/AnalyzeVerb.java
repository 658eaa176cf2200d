package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.whatif.WhatIf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** The verb {@code analyze}: reports the hazards of runs. */
public final class AnalyzeVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
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
    return WhatIfChoice.addTo(RuleChoice.addTo(Outputs.addTo(Verdicts.addTo(new Options()))));
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("analyze: name a run directory, or .jfr and ftrace files");
    }
    Outputs outputs = Outputs.of(line);
    List<String> names = line.getArgList();
    Inputs inputs = Inputs.of(names.stream().map(Path::of).toList());
    List<Judgement> runs;
    try (Progress _ = Progress.of(inputs, console)) {
      WhatIf whatIf = new WhatIf(WhatIfChoice.of(line));
      Audit audit = Audit.of(inputs, RuleChoice.of(line), whatIf);
      runs = List.of(Judgement.of(String.join(" ", names), audit).with(whatIf.answers(audit)));
    }
    outputs.write(runs, console);
    return Verdicts.status(runs, line);
  }
}
