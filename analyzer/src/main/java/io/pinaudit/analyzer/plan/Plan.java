package io.pinaudit.analyzer.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A plan: the pairs of calls that the agent shall try to make meet.
 *
 * @param pairs the most promising first
 */
public record Plan(List<Pair> pairs) {
  /** The version of the plan file that this program reads and writes. */
  public static final int VERSION = 1;

  /**
   * The name of a plan in a run directory: of the plan that the run was made with, or that was made
   * from the run.
   */
  public static final String FILE_NAME = "plan.json";

  /** Keeps an own copy of the pairs. */
  public Plan {
    pairs = List.copyOf(pairs);
  }

  /**
   * Reads a file.
   *
   * @throws IOException with {@code file:line: error: …} if the file is no plan
   */
  public static Plan read(Path file) throws IOException {
    return PlanReader.read(file);
  }

  /** Writes a file with line breaks, so that people can edit it. */
  public void write(Path file) throws IOException {
    PlanWriter.write(this, file);
  }
}
