package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.predict.Prediction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code predict}: lists calls of a recorded run that may overlap in another one. */
public final class PredictVerb implements Verb {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Makes the verb; the service loader calls this. */
  public PredictVerb() {}

  @Override
  public String name() {
    return "predict";
  }

  @Override
  public String arguments() {
    return "RUN… (a run directory, or .jfr and ftrace files)";
  }

  @Override
  public String summary() {
    return "list calls that did not overlap in a run, and that nothing is known to order";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder("o")
                .longOpt("output")
                .hasArg()
                .argName("PLAN")
                .desc("write the pairs into this file, for pinaudit confirm")
                .get())
        .addOption(
            Option.builder()
                .longOpt("within")
                .hasArg()
                .argName("SECONDS")
                .desc(
                    "how near the two calls have to begin (default: "
                        + Prediction.WITHIN.toSeconds()
                        + ")")
                .get())
        .addOption(
            Option.builder()
                .longOpt("pairs")
                .hasArg()
                .argName("N")
                .desc("list so many, the nearest ones (default: " + Prediction.PAIRS + ")")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (line.getArgList().isEmpty()) {
      throw new UsageException("predict: name a run directory, or .jfr and ftrace files");
    }
    int seconds = Amounts.count(line, "within", (int) Prediction.WITHIN.toSeconds());
    int most = Amounts.count(line, "pairs", Prediction.PAIRS);
    Inputs inputs = Inputs.of(line.getArgList().stream().map(Path::of).toList());
    Prediction prediction;
    try (Progress _ = Progress.of(inputs, console)) {
      prediction = Prediction.of(inputs, Duration.ofSeconds(seconds), most);
    }
    List<Pair> pairs = prediction.plan().pairs();
    pairs.forEach(pair -> print(pair, console.out()));
    console.out().println(pairs.size() == 1 ? "1 pair" : pairs.size() + " pairs");
    console.out().flush();
    if (line.hasOption("output")) {
      prediction.plan().write(Path.of(line.getOptionValue("output")));
    }
    return ExitStatus.CLEAN;
  }

  private static void print(Pair pair, PrintStream out) {
    Pair.Near near = pair.near();
    out.println(
        String.format(
            Locale.ROOT,
            "%s  %s of %s, %.3f ms apart, the one that %s first, %d times",
            pair.id(),
            near.subject().word(),
            near.file() == null ? "memory of no file" : printable(near.file()),
            near.gapNanos() / NANOS_PER_MILLI,
            near.handsFirst() ? "hands over" : "takes away",
            near.count()));
    print("hands", pair.hands(), out);
    print("takes", pair.takes(), out);
    out.println();
  }

  private static void print(String label, Site site, PrintStream out) {
    out.println("  " + label + " by " + printable(site.operation()));
    List<String> frames = site.stack().isEmpty() ? site.frames() : site.stack();
    frames.forEach(frame -> out.println("      at " + printable(frame)));
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
