package io.pinaudit.cli;

import io.pinaudit.analyzer.whatif.KernelTable.Version;
import io.pinaudit.analyzer.whatif.Questions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * What a command line asks about a run that did not happen: {@code --what-if kernels,remedies},
 * {@code --what-if 6.12,7}, {@code --as-if dax:6.1}.
 */
final class WhatIfChoice {
  private static final String WHAT_IF = "what-if";
  private static final String AS_IF = "as-if";
  private static final String DAX = "dax";

  private WhatIfChoice() {}

  /** Adds both options to those of a verb. */
  static Options addTo(Options options) {
    return addAsIfTo(options)
        .addOption(
            Option.builder()
                .longOpt(WHAT_IF)
                .hasArg()
                .argName("QUESTION,…")
                .desc(
                    "kernels, or versions such as 6.12: what they would do; remedies: what copying,"
                        + " deferring and waiting would cost")
                .get());
  }

  /** Adds the option to be judged as if on DAX to those of a verb. */
  static Options addAsIfTo(Options options) {
    return options.addOption(
        Option.builder()
            .longOpt(AS_IF)
            .hasArg()
            .argName("dax[:KERNEL]")
            .desc(
                "what a run on ordinary file systems would have been on DAX (default: its kernel)")
            .get());
  }

  /**
   * Returns the questions of a command line.
   *
   * @throws UsageException if a word is no question
   */
  static Questions of(CommandLine line) {
    List<Version> kernels = new ArrayList<>();
    boolean remedies = false;
    String asked = line.hasOption(WHAT_IF) ? line.getOptionValue(WHAT_IF) : "";
    for (String word : asked.isEmpty() ? new String[0] : asked.split(",", -1)) {
      switch (word) {
        case "kernels" -> kernels.addAll(Questions.FAMILIES);
        case "remedies" -> remedies = true;
        default -> kernels.add(version(WHAT_IF, word));
      }
    }
    return new Questions(
        kernels.stream().distinct().sorted().toList(),
        remedies,
        line.hasOption(AS_IF),
        daxKernel(line));
  }

  private static Version daxKernel(CommandLine line) {
    if (!line.hasOption(AS_IF)) {
      return null;
    }
    String asked = line.getOptionValue(AS_IF);
    if (asked.equals(DAX)) {
      return null;
    }
    if (!asked.startsWith(DAX + ":")) {
      throw new UsageException("--as-if: found '" + asked + "', expected dax or dax:KERNEL");
    }
    return version(AS_IF, asked.substring(DAX.length() + 1));
  }

  private static Version version(String option, String word) {
    Version version = Version.of(word.matches("\\d+") ? word + ".0" : word);
    if (version == null) {
      throw new UsageException(
          "--" + option + ": '" + word + "' is no kernel's version, such as 6.12 or 7");
    }
    return version;
  }
}
