package io.pinaudit.lab;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.report.Format;
import io.pinaudit.analyzer.report.Report;
import io.pinaudit.analyzer.report.Sources;
import io.pinaudit.analyzer.report.TextReport;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.cli.Version;
import io.pinaudit.lab.DemoRun.Variant;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * {@code demo}: records the samples in the DAX guest, broken, as near misses and fixed, and prints
 * the reports, each beside what the program itself measured.
 */
public final class DemoVerb implements Verb {
  /** The sample whose broken program is the README's. */
  private static final String FIRST = "vmsplice-then-delete";

  private static final String REPORTS = "reports";

  /** Makes the verb; the service loader calls this. */
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
    return "run a broken sample, its near miss and its fix in the DAX guest and report on each";
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
                .get())
        .addOption(Option.builder().longOpt("all").desc("all samples, not only " + FIRST).get())
        .addOption(
            Option.builder()
                .longOpt("guard")
                .hasArg()
                .argName("MODE")
                .desc("the broken programs alone, guarded by the agent: keep:30000")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    Installation installation = Installation.current();
    List<DemoSample> samples = chosen(installation, line);
    Path parent = parent(line);
    String guard = line.getOptionValue("guard");
    List<DemoRun> runs =
        guard == null ? DemoRun.of(samples, parent) : DemoRun.guarded(samples, parent);
    for (DemoRun run : runs) {
      if (Files.exists(run.directory())) {
        throw new UsageException(
            "demo: " + run.directory() + " exists: name another folder with -o");
      }
    }
    boolean asExpected;
    try (DemoProgress progress = new DemoProgress(console, steps(runs))) {
      asExpected = new DemoGuests(installation, parent, guard).record(runs, progress, console);
      progress.begin(REPORTS);
    }
    return report(runs, parent, console) && asExpected ? ExitStatus.CLEAN : ExitStatus.ERROR;
  }

  private static List<String> steps(List<DemoRun> runs) {
    return Stream.concat(DemoGuests.inOrder(runs).map(DemoRun::step), Stream.of(REPORTS)).toList();
  }

  private static List<DemoSample> chosen(Installation installation, CommandLine line)
      throws IOException {
    List<DemoSample> all = DemoSample.all(installation.home());
    List<String> names = line.getArgList();
    for (String name : names) {
      if (all.stream().noneMatch(sample -> sample.name().equals(name))) {
        throw new UsageException("demo: no sample '" + name + "'");
      }
    }
    if (line.hasOption("all")) {
      return all;
    }
    List<String> wanted = names.isEmpty() ? List.of(FIRST) : names;
    return all.stream().filter(sample -> wanted.contains(sample.name())).toList();
  }

  private static Path parent(CommandLine line) throws IOException {
    return line.hasOption("output")
        ? RunDirectory.named(line.getOptionValue("output"))
        : RunDirectory.fresh(
            Path.of("").toAbsolutePath(), LocalDateTime.now(ZoneId.systemDefault()));
  }

  /** Prints all reports and says whether each is what its sample is there to show. */
  private static boolean report(List<DemoRun> runs, Path parent, Console console)
      throws IOException {
    boolean asExpected = true;
    List<Judgement> broken = new ArrayList<>();
    for (DemoRun run : runs) {
      Audit audit = Audit.of(Inputs.of(List.of(run.directory())));
      asExpected &= report(run, audit, console);
      if (run.variant() == Variant.GUARDED || !run.expected().isEmpty()) {
        broken.add(Judgement.of(run.title(), audit));
      }
    }
    Path html = parent.resolve("report.html");
    try (Writer out = Files.newBufferedWriter(html)) {
      Report.of(Format.HTML, Sources.unknown(), false, Version.TEXT).write(broken, out);
    }
    console.out().println();
    console.out().println("run directories: " + parent);
    console.out().println("report to click through: " + html);
    return asExpected;
  }

  private static boolean report(DemoRun run, Audit audit, Console console) throws IOException {
    console.out().println();
    console.out().println("### " + run.title());
    List<String> truths = run.truths();
    console.out().println("the program says  " + String.join("\n                  ", truths));
    console.out().println("pinaudit says");
    TextReport.print(audit, console.out());
    Optional<String> complaint = run.complaint(audit);
    complaint.ifPresent(text -> console.note(run.title() + ": " + text));
    return complaint.isEmpty();
  }
}
