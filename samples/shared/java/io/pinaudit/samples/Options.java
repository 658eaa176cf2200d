package io.pinaudit.samples;

import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * The options on the command line of a sample.
 *
 * @param sample the name of the sample, with which the names of its files begin
 * @param directory where the files go: on the DAX mount, if there is to be something to see
 * @param safe whether to drop the pin before the free
 * @param pages how many pages the pipe is lent
 * @param holdMillis how long the truncate finds them pinned
 * @param disk the slow disk; null if not told
 * @param policies what a fixed sample does when it meets a pin, one after the other
 */
record Options(
    String sample,
    Path directory,
    boolean safe,
    int pages,
    int holdMillis,
    Path disk,
    List<PinPolicy> policies) {
  private static final int PAGE_BYTES = 4096;
  private static final int MIN_FILE_BYTES = 64 * PAGE_BYTES;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String USAGE =
      "usage: java -cp pinaudit-samples.jar CLASS [--safe] [--pages N] [--hold-millis N] [--disk"
          + " DEVICE] [--policy copy|defer|wait] DIR";

  static Options parse(String sample, List<String> arguments) {
    boolean safe = false;
    int pages = 16;
    int holdMillis = 2000;
    String disk = System.getenv("PINAUDIT_SLOW_DISK");
    List<PinPolicy> policies = List.of(PinPolicy.values());
    String directory = null;
    for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
      String argument = rest.next();
      switch (argument) {
        case "--safe" -> safe = true;
        case "--pages" -> pages = number(argument, value(argument, rest), 1, 1 << 14);
        case "--hold-millis" -> holdMillis = number(argument, value(argument, rest), 0, 600_000);
        case "--policy" -> policies = List.of(policy(value(argument, rest)));
        case "--disk" -> disk = value(argument, rest);
        default -> {
          if (argument.startsWith("-") || directory != null) {
            throw new IllegalArgumentException("unexpected \"" + argument + "\"; " + USAGE);
          }
          directory = argument;
        }
      }
    }
    if (directory == null) {
      throw new IllegalArgumentException("no DIR; " + USAGE);
    }
    return new Options(
        sample,
        Path.of(directory),
        safe,
        pages,
        holdMillis,
        disk == null ? null : Path.of(disk),
        policies);
  }

  /** Returns how a fixed sample pins: it is patient, for a guest may have a small part of a CPU. */
  PoolOptions pinnedBy(PinPolicy policy) {
    return PoolOptions.defaults().policy(policy).patience(PATIENCE);
  }

  private static PinPolicy policy(String name) {
    for (PinPolicy policy : PinPolicy.values()) {
      if (policy.name().equalsIgnoreCase(name)) {
        return policy;
      }
    }
    throw new IllegalArgumentException("--policy " + name + " is not copy, defer or wait");
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value; " + USAGE);
    }
    return rest.next();
  }

  private static int number(String option, String value, int min, int max) {
    try {
      int number = Integer.parseInt(value);
      if (min <= number && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told with the range, below.
    }
    throw new IllegalArgumentException(
        option + " " + value + " is not a number from " + min + " to " + max);
  }

  /** Returns the file for a role in this run; no two processes share one. */
  PatternFile file(String role, char letter) {
    return new PatternFile(
        directory.resolve(sample + "-" + ProcessHandle.current().pid() + "." + role), letter);
  }

  /** Returns the slow disk; throws if none was named. */
  Path requiredDisk() {
    if (disk == null) {
      throw new IllegalArgumentException(
          "no disk to read from: give --disk DEVICE or set PINAUDIT_SLOW_DISK");
    }
    return disk;
  }

  /**
   * Returns the offset of the pinned pages. They follow a page that is not pinned, so that their
   * offset is not 0.
   */
  int pinnedOffset() {
    return PAGE_BYTES;
  }

  int pinnedBytes() {
    return pages * PAGE_BYTES;
  }

  /**
   * Length of the file whose pages are pinned.
   *
   * <p>Not below 256 KB: ext4 lets files of up to 64 KB share a preallocation that other files do
   * not get.
   */
  int fileBytes() {
    return Math.max(MIN_FILE_BYTES, pinnedOffset() + pinnedBytes());
  }
}
