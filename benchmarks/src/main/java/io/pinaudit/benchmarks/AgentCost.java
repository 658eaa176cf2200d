package io.pinaudit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link AgentBenchmark} in new JVMs, in turns: without the agent, with it, with a recording
 * without stacks, and with one with stacks; prints the medians and what each way adds.
 */
final class AgentCost {
  private static final Path JAR = Path.of(System.getProperty("pinaudit.agent.jar", "none"));

  private AgentCost() {}

  static void measure(int rounds) throws IOException, RunnerException {
    if (!Files.exists(JAR)) {
      throw new IOException("no agent: -Dpinaudit.agent.jar=" + JAR);
    }
    Path folder = Files.createTempDirectory("pinaudit-agent");
    Map<String, List<String>> ways = ways(folder);
    Map<String, Map<String, List<Double>>> times = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, List<String>> way : ways.entrySet()) {
        run(way.getKey(), way.getValue(), times);
      }
    }
    times.forEach(AgentCost::print);
  }

  private static Map<String, List<String>> ways(Path folder) throws IOException {
    Path stacks = folder.resolve("stacks.jfc");
    Path plain = folder.resolve("plain.jfc");
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      String settings =
          new String(
              jar.getInputStream(jar.getEntry("pinaudit.jfc")).readAllBytes(),
              java.nio.charset.StandardCharsets.UTF_8);
      Files.writeString(stacks, settings);
      Files.writeString(
          plain, settings.replace("name=\"stackTrace\">true", "name=\"stackTrace\">false"));
    }
    String agent = "-javaagent:" + JAR;
    Map<String, List<String>> ways = new LinkedHashMap<>();
    ways.put("bare", List.of());
    ways.put("agent", List.of(agent));
    ways.put("recording, no stacks", List.of(agent, recording(plain, folder), "-Xlog:disable"));
    ways.put("recording, stacks", List.of(agent, recording(stacks, folder), "-Xlog:disable"));
    return ways;
  }

  private static String recording(Path settings, Path folder) {
    return "-XX:StartFlightRecording:maxsize=500m,settings="
        + settings
        + ",filename="
        + folder.resolve("run.jfr");
  }

  private static void run(
      String way, List<String> options, Map<String, Map<String, List<Double>>> times)
      throws RunnerException {
    OptionsBuilder builder = new OptionsBuilder();
    builder
        .include(AgentBenchmark.class.getSimpleName())
        .forks(1)
        .warmupIterations(3)
        .warmupTime(TimeValue.milliseconds(700))
        .measurementIterations(4)
        .measurementTime(TimeValue.milliseconds(500))
        .verbosity(VerboseMode.SILENT)
        .jvmArgsAppend(options.toArray(new String[0]));
    for (RunResult result : new Runner(builder.build()).run()) {
      times
          .computeIfAbsent(result.getPrimaryResult().getLabel(), name -> new LinkedHashMap<>())
          .computeIfAbsent(way, name -> new ArrayList<>())
          .add(result.getPrimaryResult().getScore());
    }
  }

  private static void print(String benchmark, Map<String, List<Double>> times) {
    double bare = median(times.get("bare"));
    times.forEach(
        (way, scores) ->
            System.out.printf(
                "%-16s %-22s median %,8.0f ns (least %,8.0f)  %+8.0f ns  ratio %.2f%n",
                benchmark,
                way,
                median(scores),
                scores.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                median(scores) - bare,
                median(scores) / bare));
  }

  private static double median(List<Double> scores) {
    return scores.stream().sorted().skip(scores.size() / 2).findFirst().orElseThrow();
  }
}
