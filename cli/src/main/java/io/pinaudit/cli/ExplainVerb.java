package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.report.Explanation;
import io.pinaudit.analyzer.whatif.Questions;
import io.pinaudit.analyzer.whatif.WhatIf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** The verb {@code explain}: prints one finding as a proof, step by step. */
public final class ExplainVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public ExplainVerb() {}

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public String arguments() {
    return "RUN… FINDING (as analyze numbers it: F1)";
  }

  @Override
  public String summary() {
    return "show one finding as a proof, step by step, and what other kernels do";
  }

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    List<String> words = line.getArgList();
    if (words.size() < 2 || !words.getLast().matches("F\\d+")) {
      throw new UsageException("explain: name a run and then a finding of it, such as F1");
    }
    List<Path> run = words.subList(0, words.size() - 1).stream().map(Path::of).toList();
    WhatIf whatIf = new WhatIf(Questions.aboutKernels());
    Audit audit = Audit.of(Inputs.of(run), whatIf);
    Finding finding = finding(audit, words.getLast());
    Explanation.print(audit, whatIf.answers(audit), finding, console.out());
    return ExitStatus.CLEAN;
  }

  private static Finding finding(Audit audit, String id) throws IOException {
    return audit.findings().stream()
        .filter(finding -> finding.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new UsageException("explain: no " + id + ": " + there(audit)));
  }

  private static String there(Audit audit) {
    return audit.findings().isEmpty()
        ? "nothing was found"
        : audit.findings().stream().map(Finding::id).collect(Collectors.joining(", "))
            + " were found";
  }
}
