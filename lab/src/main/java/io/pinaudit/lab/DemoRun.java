package io.pinaudit.lab;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One recorded execution of a sample.
 *
 * @param sample which
 * @param variant what was done about the pin
 * @param directory its run directory
 * @param options of {@code record}
 */
record DemoRun(DemoSample sample, Variant variant, Path directory, List<String> options) {
  private static final String TRUTH = "truth: ";

  /** What does not happen to a guarded program. */
  private static final List<String> PREVENTED =
      List.of("FreedWhilePinned", "ReusedWhilePinned", "TruncateStalledByPin");

  /** What a sample does about the pin. */
  enum Variant {
    /** The sample does nothing about the pin. */
    BROKEN(""),
    /** The sample drops the pin first. */
    NEAR_MISS("near miss"),
    /** The sample lets the allocator free, with each policy in turn. */
    FIXED("fixed"),
    /** The sample does nothing about the pin, and the agent guards it. */
    GUARDED("guarded");

    private final String title;

    Variant(String title) {
      this.title = title;
    }

    /** Returns how long the run takes, relative to the others. */
    int weight() {
      return this == FIXED ? 2 : 1;
    }

    private String suffix() {
      return title.isEmpty() ? "" : "-" + title.replace(' ', '-');
    }
  }

  /** Returns every sample in each of its variants, below one folder. */
  static List<DemoRun> of(List<DemoSample> samples, Path parent) {
    List<DemoRun> runs = new ArrayList<>();
    for (DemoSample sample : samples) {
      for (Variant variant : List.of(Variant.BROKEN, Variant.NEAR_MISS, Variant.FIXED)) {
        runs.add(of(sample, variant, parent));
      }
    }
    return List.copyOf(runs);
  }

  /** Returns every broken sample, unchanged, for an agent that guards it. */
  static List<DemoRun> guarded(List<DemoSample> samples, Path parent) {
    return samples.stream().map(sample -> of(sample, Variant.GUARDED, parent)).toList();
  }

  private static DemoRun of(DemoSample sample, Variant variant, Path parent) {
    Path directory = parent.resolve(sample.name() + variant.suffix());
    return new DemoRun(sample, variant, directory, List.of());
  }

  /**
   * Returns a guest with enough time for many recordings: each takes a quarter of a minute, or a
   * whole one on a busy machine.
   */
  static GuestSpec guest(Path parent) {
    return GuestSpec.inDirectory(parent).withTimeout(Duration.ofMinutes(30));
  }

  /**
   * Returns the command that records all samples with one recorder, one after the other. A sample
   * that fails does not stop the next one, but the command then fails.
   *
   * @param list a file that the guest sees; it is written
   */
  static GuestCommand recording(List<DemoRun> runs, Installation installation, Path list)
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (DemoRun run : runs) {
      lines.addAll(run.arguments(installation));
      lines.add("");
    }
    Files.write(list, lines);
    String launcher = installation.launcher().toString();
    return GuestCommand.asHere(List.of(launcher, "record", "--each", list.toString()));
  }

  private List<String> arguments(Installation installation) {
    List<String> words = new ArrayList<>(options);
    words.addAll(List.of("-o", directory.toString(), "--"));
    words.addAll(List.of(Installation.jdkTool("java").toString(), "-XX:+UseSerialGC"));
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of("-cp", installation.samplesJar().toString()));
    words.add(variant == Variant.FIXED ? sample.fixedClass() : sample.mainClass());
    if (variant == Variant.NEAR_MISS) {
      words.add("--safe");
    }
    words.add("/mnt/dax");
    return words;
  }

  /** Returns the same run, recorded into another folder. */
  DemoRun in(Path folder) {
    return new DemoRun(sample, variant, folder.resolve(directory.getFileName()), options);
  }

  /** Returns the line that is shown while the run is recorded. */
  String step() {
    return "recording " + title();
  }

  String title() {
    return sample.name() + (variant.title.isEmpty() ? "" : ", " + variant.title);
  }

  /** Returns the file with the program's output. */
  Path output() {
    return directory.resolveSibling(directory.getFileName() + ".out");
  }

  /** Returns the rules that have to fire. */
  List<String> expected() {
    return variant == Variant.BROKEN ? sample.rules() : List.of();
  }

  /**
   * Returns why the run is not what it is there to show; empty if it is.
   *
   * @param audit of the run
   */
  Optional<String> complaint(Audit audit) throws IOException {
    List<String> rules = audit.findings().stream().map(Finding::rule).toList();
    List<String> truths = truths();
    boolean isRight =
        switch (variant) {
          case BROKEN, NEAR_MISS, FIXED -> rules.equals(expected());
          case GUARDED ->
              rules.stream().noneMatch(PREVENTED::contains)
                  && truths.stream().allMatch(truth -> truth.startsWith(TRUTH + sample.guarded()))
                  && !audit.ledgers().sight().interventions().isEmpty();
        };
    boolean isWhole = !truths.isEmpty() && audit.verdict().completeness() == Completeness.COMPLETE;
    String wanted =
        variant == Variant.GUARDED
            ? "none of " + PREVENTED + ", the truth " + sample.guarded() + ", and an intervention"
            : expected().toString();
    return isRight && isWhole
        ? Optional.empty()
        : Optional.of("expected " + wanted + " in a complete run");
  }

  /** Returns the facts that the program found out without pinaudit. */
  List<String> truths() throws IOException {
    List<String> lines = Files.exists(output()) ? Files.readAllLines(output()) : List.of();
    return lines.stream().filter(line -> line.startsWith(TRUTH)).toList();
  }
}
