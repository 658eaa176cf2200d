package io.pinaudit.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks and their references alternately, in new JVMs, and prints medians and ratios:
 * what else the machine does meets both alike.
 */
public final class Main {
  /** What is compared: ours, and what it is divided by. */
  private record Comparison(Class<?> in, String ours, String reference) {}

  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison(PinBenchmark.class, "pinAlone", "casPairAlone"),
          new Comparison(PinBenchmark.class, "pinByTwo", "countByTwo"),
          new Comparison(AllocateBenchmark.class, "allocateAndFree", "mallocAndFree"),
          new Comparison(CommitBenchmark.class, "commitAlone", "forceAlone"),
          new Comparison(CommitBenchmark.class, "commitByEight", "forceAlone"));

  private Main() {}

  /**
   * Usage: {@code Main [PATTERN] [ROUNDS]}. The pattern selects benchmarks by name; there are 5
   * rounds by default.
   */
  public static void main(String[] args) throws Throwable {
    Pattern wanted = Pattern.compile(args.length > 0 ? args[0] : ".");
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    if (wanted.matcher("DirectReads").find()) {
      DirectReads.measure(rounds);
    }
    if (wanted.matcher("CpuTimes").find()) {
      CpuTimes.measure(rounds);
    }
    if (wanted.matcher("PinCosts").find()) {
      PinCosts.measure(rounds);
    }
    if (wanted.matcher("PageCaches").find()) {
      PageCaches.measure(rounds);
    }
    if (args.length > 0 && wanted.matcher("ManyExtents").find()) {
      ManyExtents.measure(rounds);
    }
    if (wanted.matcher("TwoThreads").find()) {
      TwoThreads.measure(rounds);
    }
    if (args.length > 0 && wanted.matcher("AgentCost").find()) {
      AgentCost.measure(rounds);
    }
    for (Comparison comparison : COMPARISONS) {
      if (wanted.matcher(comparison.in.getSimpleName() + "." + comparison.ours).find()) {
        compare(comparison, rounds);
      }
    }
  }

  private static void compare(Comparison comparison, int rounds) throws RunnerException {
    Map<String, List<Double>> ours = new LinkedHashMap<>();
    Map<String, List<Double>> references = new LinkedHashMap<>();
    String unit = "";
    for (int round = 0; round < rounds; round++) {
      unit = run(comparison.in, comparison.ours, ours);
      run(comparison.in, comparison.reference, references);
    }
    for (String parameters : ours.keySet()) {
      Samples samples = new Samples(ours.get(parameters), references.get(parameters), unit);
      print(comparison, parameters, samples);
    }
  }

  /** What was measured of both, a figure a round. */
  private record Samples(List<Double> ours, List<Double> references, String unit) {
    /** Returns the ratios in ascending order. */
    double[] ratios() {
      double[] ratios = new double[ours.size()];
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = ours.get(i) / references.get(i);
      }
      Arrays.sort(ratios);
      return ratios;
    }
  }

  private static void print(Comparison comparison, String parameters, Samples samples) {
    double[] ratios = samples.ratios();
    System.out.printf(
        "%-16s %-48s %10.2f  %-14s %10.2f %s  ratio %.2f (%.2f to %.2f)%n",
        comparison.ours,
        parameters,
        median(samples.ours),
        comparison.reference,
        median(samples.references),
        samples.unit,
        ratios[ratios.length / 2],
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  /** Adds each result under its parameters; returns the unit. */
  private static String run(Class<?> in, String name, Map<String, List<Double>> scores)
      throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("^" + Pattern.quote(in.getName() + "." + name) + "$")
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(500))
                    .jvmArgsAppend("--enable-native-access=ALL-UNNAMED", "-Xmx4g")
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    String unit = "";
    for (RunResult result : results) {
      List<String> parameters = new ArrayList<>();
      result
          .getParams()
          .getParamsKeys()
          .forEach(key -> parameters.add(key + "=" + result.getParams().getParam(key)));
      scores
          .computeIfAbsent(String.join(" ", parameters), key -> new ArrayList<>())
          .add(result.getPrimaryResult().getScore());
      unit = result.getPrimaryResult().getScoreUnit();
    }
    return unit;
  }
}
