package io.pinaudit.cli.recording;

import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.run.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sends runs to a store that Hadoop knows, such as {@code s3a:} and {@code hdfs:}, by a program of
 * its own, {@code RunUpload} of the module fleet-spark: the recorder itself, which may run for
 * days, has nothing of Hadoop in its memory or on its class path.
 *
 * @param store URI of the folder where the runs of all days lie
 * @param keepDays days after which what lies there is deleted; 0 to keep all
 * @param settings of Hadoop, each {@code NAME=VALUE}
 * @param classPath of the program
 */
record StoreUpload(String store, int keepDays, List<String> settings, String classPath)
    implements Upload {
  /** The system property in which the launcher names the class path of the program. */
  static final String CLASS_PATH = "pinaudit.stores";

  private static final String PROGRAM = "io.pinaudit.fleet.spark.RunUpload";
  private static final String ERROR = "pinaudit: error: ";

  /**
   * Returns what sends to a store, after a file was written there and deleted.
   *
   * @throws IOException if the store cannot be written to
   */
  static StoreUpload to(String store, int keepDays, List<String> settings)
      throws IOException, InterruptedException {
    String classPath = System.getProperty(CLASS_PATH);
    if (classPath == null) {
      throw new UsageException(
          "--upload " + store + ": name the store on the command line of the launcher, pinaudit");
    }
    StoreUpload upload = new StoreUpload(store, keepDays, settings, classPath);
    upload.run(List.of("check", store));
    return upload;
  }

  @Override
  public String send(Path directory, Origin origin) throws IOException, InterruptedException {
    return run(List.of("send", store, directory.toString(), Integer.toString(keepDays)));
  }

  /** Runs the program, and returns its last line. */
  private String run(List<String> words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Installation.jdkTool("java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                PROGRAM));
    command.addAll(words);
    command.addAll(settings);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String[] lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
    if (process.waitFor() == 0) {
      return lines[lines.length - 1];
    }
    // Libraries may have written more, before it and after it.
    throw new IOException(
        Arrays.stream(lines)
            .filter(line -> line.startsWith(ERROR))
            .map(line -> line.substring(ERROR.length()))
            .findFirst()
            .orElse(store + ": error: " + lines[lines.length - 1]));
  }
}
