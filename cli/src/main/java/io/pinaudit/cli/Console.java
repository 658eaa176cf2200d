package io.pinaudit.cli;

import java.io.PrintStream;

/**
 * Where a verb writes: results to {@code out}, progress and errors to {@code err}.
 *
 * @param out machine-readable or final output
 * @param err progress and errors
 * @param interactive whether {@code err} is a terminal, so that progress may be redrawn there
 */
public record Console(PrintStream out, PrintStream err, boolean interactive) {
  /** Prints one line of progress or advice on {@code err}. */
  public void note(String message) {
    err.println("pinaudit: " + message);
  }
}
