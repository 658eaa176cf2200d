package io.pinaudit.lab;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.report.TextReport;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * {@code demo}: records the samples in the DAX guest, broken, as near misses and fixed, and prints
 * the reports, each beside what the program itself measured.
 */
public final class DemoVerb implements Verb {
  /** Called by the service loader. */
  public DemoVerb() {}

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String arguments() {
    return "[SAMPLE…]";
  }

  @Override
  public String summary() {
    return "run the broken samples in the DAX guest and report what they do";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder("o")
                .longOpt("output")
                .hasArg()
                .argName("DIR")
                .desc("folder for the run directories (pinaudit-runs/lab-TIME)")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    Installation installation = Installation.current();
    List<DemoSample> samples = chosen(installation, line.getArgList());
    Path parent = parent(line);
    List<DemoRun> runs = DemoRun.of(samples, parent);
    for (DemoRun run : runs) {
      if (Files.exists(run.directory())) {
        throw new UsageException(
            "demo: " + run.directory() + " exists: name another folder with -o");
      }
    }
    Guest guest = Guest.prepare(DemoRun.guest(parent), console);
    console.note("booting Linux " + guest.kernelRelease() + " with a DAX file system");
    GuestResult result =
        guest.run(DemoRun.recording(runs, installation), console.out(), console.err());
    boolean asExpected = result.exitStatus() == 0;
    for (DemoRun run : runs) {
      asExpected &= report(run, console);
    }
    console.out().println("run directories: " + parent);
    return asExpected ? ExitStatus.CLEAN : ExitStatus.ERROR;
  }

  private static List<DemoSample> chosen(Installation installation, List<String> names)
      throws IOException {
    List<DemoSample> all = DemoSample.all(installation.home());
    for (String name : names) {
      if (all.stream().noneMatch(sample -> sample.name().equals(name))) {
        throw new UsageException("demo: no sample '" + name + "'");
      }
    }
    return all.stream().filter(sample -> names.isEmpty() || names.contains(sample.name())).toList();
  }

  private static Path parent(CommandLine line) throws IOException {
    return line.hasOption("output")
        ? RunDirectory.named(line.getOptionValue("output"))
        : RunDirectory.fresh(
            Path.of("").toAbsolutePath(), LocalDateTime.now(ZoneId.systemDefault()));
  }

  /** Prints one report and says whether it is what the sample is there to show. */
  private static boolean report(DemoRun run, Console console) throws IOException {
    console.out().println();
    console.out().println("### " + run.title());
    List<String> truths = run.truths();
    console.out().println("the program says  " + String.join("\n                  ", truths));
    console.out().println("pinaudit says");
    Audit audit = Audit.of(Inputs.of(List.of(run.directory())));
    TextReport.print(audit, console.out());
    List<String> expected = run.expected();
    boolean asExpected =
        !truths.isEmpty()
            && audit.findings().stream().map(Finding::rule).toList().equals(expected)
            && audit.verdict().completeness() == Completeness.COMPLETE;
    if (!asExpected) {
      console.note(run.title() + ": expected " + expected + " in a complete run");
    }
    return asExpected;
  }
}
