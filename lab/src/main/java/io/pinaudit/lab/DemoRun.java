package io.pinaudit.lab;

import io.pinaudit.analyzer.cli.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One recorded execution of a sample.
 *
 * @param sample which
 * @param safe whether it was the near miss, which drops the pin first
 * @param directory its run directory
 * @param recorder what traces the kernel, as {@code record --recorder} names it
 */
record DemoRun(DemoSample sample, boolean safe, Path directory, String recorder) {
  /** Every sample broken, then as near miss, below one folder. */
  static List<DemoRun> of(List<DemoSample> samples, Path parent) {
    List<DemoRun> runs = new ArrayList<>();
    for (DemoSample sample : samples) {
      runs.add(new DemoRun(sample, false, parent.resolve(sample.name()), "auto"));
      runs.add(new DemoRun(sample, true, parent.resolve(sample.name() + "-near-miss"), "auto"));
    }
    return List.copyOf(runs);
  }

  /**
   * A shell script that records all of them in one guest, one after the other; a sample that fails
   * does not stop the next, but the script fails.
   */
  static GuestCommand recording(List<DemoRun> runs, Installation installation) {
    StringBuilder script = new StringBuilder("status=0\n");
    runs.forEach(run -> run.append(script, installation));
    script.append("exit $status\n");
    return GuestCommand.asHere(List.of("bash", "-c", script.toString()));
  }

  private void append(StringBuilder script, Installation installation) {
    script.append("echo '== ").append(title()).append("'\n");
    script
        .append(quoted(installation.launcher()))
        .append(" record --recorder ")
        .append(recorder)
        .append(" -o ")
        .append(quoted(directory))
        .append(" -- ")
        .append(quoted(Path.of(System.getProperty("java.home"), "bin", "java")))
        .append(" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp ")
        .append(quoted(installation.samplesJar()))
        .append(' ')
        .append(sample.mainClass())
        .append(safe ? " --safe" : "")
        .append(" \"$PINAUDIT_DAX\" | tee ")
        .append(quoted(output()))
        .append("; [ ${PIPESTATUS[0]} = 0 ] || status=1\n");
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  String title() {
    return sample.name() + (safe ? ", near miss" : "");
  }

  private Path output() {
    return directory.resolveSibling(directory.getFileName() + ".out");
  }

  /** What the program itself found to be true: the last line that it printed. */
  String truth() throws IOException {
    List<String> lines = Files.exists(output()) ? Files.readAllLines(output()) : List.of();
    return lines.isEmpty() ? "(it printed nothing)" : lines.getLast();
  }
}
