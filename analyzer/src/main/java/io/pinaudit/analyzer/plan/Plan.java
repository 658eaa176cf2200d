package io.pinaudit.analyzer.plan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The calls that are to meet.
 *
 * @param pairs the most promising first
 */
public record Plan(List<Pair> pairs) {
  /** The version of the file that this program reads and writes. */
  public static final int VERSION = 1;

  /** The name of a plan in the directory of a run that was made with it, or for which it was. */
  public static final String FILE_NAME = "plan.json";

  /** Keeps its own copy. */
  public Plan {
    pairs = List.copyOf(pairs);
  }

  /**
   * Reads a file.
   *
   * @throws IOException with {@code file:line: error: …} if it is no plan
   */
  public static Plan read(Path file) throws IOException {
    return PlanReader.read(file);
  }

  /** Writes a file, in lines that people can edit. */
  public void write(Path file) throws IOException {
    PlanWriter.write(this, file);
  }
}
