package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.whatif.Forecast;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Compares what each kernel's run says of the other kernels, and of DAX, with what was true there.
 *
 * @param cases the cases, in the order of the table
 * @param runs one for each kernel
 */
public record ForetoldTable(List<MatrixCase> cases, List<Foretold> runs) {
  private static final double TOLERANCE = 0.2;
  private static final double RIGHT_KINDS = 0.95;
  private static final double RIGHT_STALLS = 0.95;
  private static final double FOUND_ON_DAX = 0.9;

  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  /** How often forecasts were right; prints those that were not. */
  private static final class Score {
    private final PrintStream out;
    private int told;
    private int right;
    private int withheld;
    private int stalls;
    private int rightStalls;
    private int harm;
    private int harmFound;
    private int falseHarm;

    Score(PrintStream out) {
      this.out = out;
    }

    void add(Score other) {
      told += other.told;
      right += other.right;
      withheld += other.withheld;
      stalls += other.stalls;
      rightStalls += other.rightStalls;
      harm += other.harm;
      harmFound += other.harmFound;
      falseHarm += other.falseHarm;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "right %d of %d (withheld %d), stalls within 20 %% %d of %d, harm found %d of %d, harm"
              + " that is none %d",
          right,
          told,
          withheld,
          rightStalls,
          stalls,
          harmFound,
          harm,
          falseHarm);
    }
  }

  /** Reads what was recorded of each kernel below its folder. */
  public static ForetoldTable read(List<MatrixCase> cases, List<Path> directories)
      throws IOException {
    List<Foretold> runs = new ArrayList<>();
    for (Path directory : directories) {
      runs.add(Foretold.read(directory, "tracefs"));
    }
    return new ForetoldTable(cases, runs);
  }

  /** Prints each wrong forecast and the totals; returns whether they are good enough. */
  public boolean print(PrintStream out) {
    Score kernels = new Score(out);
    Score dax = new Score(out);
    Score alone = new Score(out);
    for (Foretold from : runs) {
      for (Foretold to : runs) {
        if (!from.kernel().equals(to.kernel())) {
          Score score = kernels(from, to, out);
          out.printf("from %s to %s: %s%n", from.kernel(), to.kernel(), score);
          kernels.add(score);
        }
        Score score = asIfOnDax(from, to, from::onDax, out);
        out.printf("as if on DAX, from %s to %s: %s%n", from.kernel(), to.kernel(), score);
        dax.add(score);
        alone.add(asIfOnDax(from, to, from::onDaxByJvmAlone, NOWHERE));
      }
    }
    out.printf("kernels: %s%n", kernels);
    out.printf("as if on DAX: %s%n", dax);
    out.printf("as if on DAX, by the JVM's calls alone: %s%n", alone);
    return kernels.right >= RIGHT_KINDS * kernels.told
        && kernels.rightStalls >= RIGHT_STALLS * kernels.stalls
        && dax.harmFound >= FOUND_ON_DAX * dax.harm
        && dax.falseHarm + alone.falseHarm == 0;
  }

  private Score kernels(Foretold from, Foretold to, PrintStream out) {
    Score score = new Score(out);
    for (MatrixCase one : cases) {
      MatrixTruth here = from.truths().get(one.name());
      MatrixTruth there = to.truths().get(one.name());
      if (here != null && there != null && Foretold.outcome(here) != null) {
        Forecast forecast = from.on(here, to.kernel(), fileSystem(one));
        compare(forecast, there, score, from.kernel() + " to " + to.kernel() + " " + one);
      }
    }
    return score;
  }

  private Score asIfOnDax(
      Foretold from,
      Foretold to,
      BiFunction<MatrixTruth, KernelTable.Version, Forecast> forecast,
      PrintStream out) {
    Score score = new Score(out);
    for (MatrixCase one : cases) {
      Optional<MatrixCase> twin = one.withoutDax();
      MatrixTruth here = twin.map(without -> from.truths().get(without.name())).orElse(null);
      MatrixTruth there = to.truths().get(one.name());
      if (here != null && there != null) {
        String what = "as if on DAX, " + from.kernel() + " to " + to.kernel() + " " + twin.get();
        compare(forecast.apply(here, to.kernel()), there, score, what);
      }
    }
    return score;
  }

  private static void compare(Forecast forecast, MatrixTruth truth, Score score, String what) {
    Outcome is = Foretold.outcome(truth);
    if (is == null) {
      return;
    }
    boolean harm = is == Outcome.FREES || is == Outcome.HANGS || is == Outcome.WAITS;
    score.harm += harm ? 1 : 0;
    score.told++;
    if (forecast.outcome() == Outcome.WITHHELD) {
      score.withheld++;
      score.out.println(what + ": withheld, " + forecast.why() + "; is " + truth);
      return;
    }
    score.harmFound += harm && forecast.outcome() == is ? 1 : 0;
    score.falseHarm += forecast.outcome() == Outcome.FREES && is != Outcome.FREES ? 1 : 0;
    boolean right = forecast.outcome() == is;
    score.right += right ? 1 : 0;
    if (!right) {
      score.out.println(what + ": foretold " + forecast.outcome().word() + ", is " + truth);
    } else if (is == Outcome.WAITS) {
      stall(forecast, truth, score, what);
    }
  }

  private static void stall(Forecast forecast, MatrixTruth truth, Score score, String what) {
    double told = forecast.nanos() / 1e9;
    double is = Foretold.seconds(truth);
    score.stalls++;
    if (Math.abs(told - is) <= TOLERANCE * is) {
      score.rightStalls++;
    } else {
      score.out.printf(Locale.ROOT, "%s: foretold a wait of %.3f s, is %s%n", what, told, truth);
    }
  }

  /** Returns the column of the table that a case belongs to. */
  private static String fileSystem(MatrixCase one) {
    String name = one.fileSystem();
    return name.contains("-dax") ? name.substring(0, name.indexOf("-dax")) : "cache";
  }
}
