package io.pinaudit.fleet.spark;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Main;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * The verb {@code fleet} for {@code spark-submit}, whose master is taken unless one is named:
 *
 * <pre>spark-submit --master yarn pinaudit-fleet-spark-job.jar audit ROOT… -o TABLES</pre>
 */
public final class Job {
  private static final String MASTER = "--master";

  private Job() {}

  /** Runs the verb; exits only with an error, so that a cluster's own main program can end. */
  public static void main(String[] args) {
    List<String> words = new ArrayList<>(List.of("fleet"));
    words.addAll(Arrays.asList(args));
    SparkConf conf = new SparkConf();
    boolean onSpark = args.length > 0 && List.of("index", "audit").contains(args[0]);
    if (onSpark && conf.contains("spark.master") && !words.contains(MASTER)) {
      words.addAll(List.of(MASTER, conf.get("spark.master")));
    }
    Console console =
        new Console(
            new PrintStream(System.out, true, StandardCharsets.UTF_8),
            new PrintStream(System.err, true, StandardCharsets.UTF_8),
            false);
    int status = Main.run(words.toArray(String[]::new), console);
    if (status != ExitStatus.CLEAN) {
      System.exit(status);
    }
  }
}
