package io.pinaudit.samples;

import io.pinaudit.allocator.PinPolicy;
import java.io.IOException;
import java.util.List;

/** Runs a sample: reads its command line, prints its last line and sets its exit status. */
@FunctionalInterface
interface Sample {
  /** Runs the sample and tells what became of the bytes. */
  String run(Options options) throws IOException, InterruptedException;

  /** A sample that frees through the allocator, with one of its policies. */
  @FunctionalInterface
  interface Fixed {
    /** Runs the sample and tells what became of the bytes. */
    String run(Options options, PinPolicy policy) throws IOException, InterruptedException;
  }

  /**
   * Prints the truth as the last line; exits 1 with one line on stderr where it could not be
   * established.
   */
  static void main(String name, String[] arguments, Sample sample) {
    guarded(
        name,
        () -> System.out.println("truth: " + sample.run(Options.parse(name, List.of(arguments)))));
  }

  /** Does the same for a fixed sample, with one truth for each policy. */
  static void mainFixed(String name, String[] arguments, Fixed sample) {
    guarded(
        name,
        () -> {
          Options options = Options.parse(name, List.of(arguments));
          for (PinPolicy policy : options.policies()) {
            System.out.println("truth: " + policy + ": " + sample.run(options, policy));
          }
        });
  }

  /** The part that differs between both. */
  @FunctionalInterface
  interface Body {
    /** Prints the truth. */
    void run() throws IOException, InterruptedException;
  }

  private static void guarded(String name, Body body) {
    try {
      body.run();
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
