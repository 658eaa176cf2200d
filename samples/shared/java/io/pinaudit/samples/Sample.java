package io.pinaudit.samples;

import java.io.IOException;
import java.util.List;

/** The frame of a sample: its command line, its last line and its exit status. */
@FunctionalInterface
interface Sample {
  /** Runs the sample and tells what became of the bytes. */
  String run(Options options) throws IOException, InterruptedException;

  /**
   * Prints the truth as the last line; exits 1 with one line on stderr where it could not be
   * established.
   */
  static void main(String name, String[] arguments, Sample sample) {
    try {
      String truth = sample.run(Options.parse(name, List.of(arguments)));
      System.out.println("truth: " + truth);
    } catch (IllegalArgumentException e) {
      fail(name, e.getMessage());
    } catch (IOException | InterruptedException | RuntimeException e) {
      fail(name, e.toString());
    }
  }

  private static void fail(String name, String reason) {
    System.err.println(name + ": error: " + reason);
    System.exit(1);
  }
}
