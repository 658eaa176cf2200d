package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.TraceFile;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.LineSource;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/**
 * The verb {@code trace}: prints the kernel's traces as text, whatever format they are recorded in.
 */
public final class TraceVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public TraceVerb() {}

  @Override
  public String name() {
    return "trace";
  }

  @Override
  public String arguments() {
    return "RUN (a run directory, or a trace)";
  }

  @Override
  public String summary() {
    return "print the kernel's traces as text, numbered as reports name their events";
  }

  @Override
  public Options options() {
    return new Options();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("trace: name a run directory or a trace.dat");
    }
    Diagnostics diagnostics = new Diagnostics();
    for (Path trace : Inputs.of(line.getArgList().stream().map(Path::of).toList()).traces()) {
      try (LineSource lines = TraceFile.lines(trace, diagnostics)) {
        for (String text = lines.next(); text != null; text = lines.next()) {
          console.out().println(lines.source() + ": " + text);
        }
      }
    }
    diagnostics.shown().forEach(console::note);
    return diagnostics.total() == 0 ? ExitStatus.CLEAN : ExitStatus.ERROR;
  }
}
