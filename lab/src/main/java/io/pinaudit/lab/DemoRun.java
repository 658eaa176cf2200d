package io.pinaudit.lab;

import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One recorded execution of a sample.
 *
 * @param sample which
 * @param variant what was done about the pin
 * @param directory its run directory
 * @param options of {@code record}
 */
record DemoRun(DemoSample sample, Variant variant, Path directory, List<String> options) {
  /** What a sample does about the pin. */
  enum Variant {
    /** Nothing. */
    BROKEN(""),
    /** Drops it first. */
    NEAR_MISS("near miss"),
    /** Asks the allocator, with each policy in turn. */
    FIXED("fixed");

    private final String title;

    Variant(String title) {
      this.title = title;
    }

    private String suffix() {
      return title.isEmpty() ? "" : "-" + title.replace(' ', '-');
    }
  }

  /** Every sample in each variant, below one folder. */
  static List<DemoRun> of(List<DemoSample> samples, Path parent) {
    List<DemoRun> runs = new ArrayList<>();
    for (DemoSample sample : samples) {
      for (Variant variant : Variant.values()) {
        Path directory = parent.resolve(sample.name() + variant.suffix());
        runs.add(new DemoRun(sample, variant, directory, List.of()));
      }
    }
    return List.copyOf(runs);
  }

  /**
   * A guest with time for many recordings: each takes a quarter of a minute, on a busy machine one.
   */
  static GuestSpec guest(Path parent) {
    return GuestSpec.inDirectory(parent).withTimeout(Duration.ofMinutes(30));
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
        .append(" record ")
        .append(String.join(" ", options))
        .append(" -o ")
        .append(quoted(directory))
        .append(" -- ")
        .append(quoted(Installation.jdkTool("java")))
        .append(" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp ")
        .append(quoted(installation.samplesJar()))
        .append(' ')
        .append(variant == Variant.FIXED ? sample.fixedClass() : sample.mainClass())
        .append(variant == Variant.NEAR_MISS ? " --safe" : "")
        .append(" \"$PINAUDIT_DAX\" | tee ")
        .append(quoted(output()))
        .append("; [ ${PIPESTATUS[0]} = 0 ] || status=1\n");
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  String title() {
    return sample.name() + (variant.title.isEmpty() ? "" : ", " + variant.title);
  }

  private Path output() {
    return directory.resolveSibling(directory.getFileName() + ".out");
  }

  /** The rules that have to fire. */
  List<String> expected() {
    return variant == Variant.BROKEN ? sample.rules() : List.of();
  }

  /** What the program itself found to be true. */
  List<String> truths() throws IOException {
    List<String> lines = Files.exists(output()) ? Files.readAllLines(output()) : List.of();
    return lines.stream().filter(line -> line.startsWith("truth: ")).toList();
  }
}
