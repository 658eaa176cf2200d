package io.pinaudit.lab.matrix;

import io.pinaudit.lab.matrix.MatrixTruth.Kind;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was true of the Java cases on one kernel while the agent guarded them: no byte of another
 * file may have gone through a pin, and no call may have waited longer than the guard lets it.
 *
 * @param kernel the kernel's release
 * @param cases the cases that were run
 * @param run what one recorder recorded of them
 */
public record GuardedTable(String kernel, List<MatrixCase> cases, MatrixRun run) {
  private static final String REFUSED = "(pinaudit guard=";
  private static final double MOST_SECONDS = 12; // guard=keep waits 10 s; the processor is emulated

  /** Makes the table of the only recorder that ran. */
  public static GuardedTable of(MatrixTable table) {
    return new GuardedTable(table.kernel(), table.cases(), table.recorded().getFirst());
  }

  /** Returns whether the guard kept what it promises, in every case. */
  public boolean isRight() {
    return cases.stream().allMatch(one -> complaint(run.truth(one)).isEmpty());
  }

  /** Prints a line for each case, and the counts. */
  public void print(PrintStream out) {
    out.println("Linux " + kernel + ", guarded");
    out.println();
    int width = cases.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    for (MatrixCase one : cases) {
      MatrixTruth truth = run.truth(one);
      counts.merge(truth.kind(), 1, Integer::sum);
      String name = one.name() + " ".repeat(width - one.name().length());
      out.println((name + "  " + truth + complaint(truth)).stripTrailing());
    }
    out.println();
    out.println(
        counts.entrySet().stream()
            .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + " " + each.getValue())
            .collect(Collectors.joining(", ")));
  }

  private static String complaint(MatrixTruth truth) {
    return switch (truth.kind()) {
      case FOREIGN -> "  NOT GUARDED";
      case HUNG -> "  HUNG";
      case WAITED -> Foretold.seconds(truth) > MOST_SECONDS ? "  TOO LONG" : "";
      case FAILED -> truth.detail().contains(REFUSED) ? "" : "  FAILED";
      case FREED,
          ORPHANED,
          FAULTS,
          OVERWRITTEN,
          UNBACKED,
          REFUSED,
          GRANTED,
          LOST,
          NOTHING,
          ABSENT ->
          "";
    };
  }
}
