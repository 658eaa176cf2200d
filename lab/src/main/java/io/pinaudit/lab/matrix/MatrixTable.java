package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The truth table of one kernel, as text or as Markdown.
 *
 * @param kernel the kernel's release
 * @param cases the cases that were run
 * @param runs one for each recorder; an absent one is null
 * @param recorders their names
 */
public record MatrixTable(
    String kernel, List<MatrixCase> cases, List<MatrixRun> runs, List<String> recorders) {
  private static final String NOT_RECORDED = "not recorded";

  /** Returns the runs that are not absent. */
  public List<MatrixRun> recorded() {
    return runs.stream().filter(run -> run != null).toList();
  }

  /** Returns the same table of these cases only. */
  public MatrixTable of(List<MatrixCase> some) {
    return new MatrixTable(kernel, some, runs, recorders);
  }

  /** Returns whether no run has a miss, a false alarm or a case without truth. */
  public boolean isRight() {
    return recorded().stream()
        .allMatch(
            run ->
                run.strays().isEmpty()
                    && run.disagreements(cases).isEmpty()
                    && cases.stream().noneMatch(one -> run.outcome(one).isWrong()));
  }

  public void print(PrintStream out, boolean markdown) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("case", "truth"));
    head.addAll(recorders);
    rows.add(head);
    cases.forEach(one -> rows.add(row(one)));
    out.println((markdown ? "## Linux " : "Linux ") + kernel);
    out.println();
    if (markdown) {
      rows.add(1, Collections.nCopies(head.size(), "---"));
      rows.forEach(row -> out.println("| " + String.join(" | ", row) + " |"));
    } else {
      printAligned(rows, out);
    }
    out.println();
    for (int i = 0; i < runs.size(); i++) {
      out.println((markdown ? "* " : "") + recorders.get(i) + ": " + totals(runs.get(i)));
    }
  }

  /** Prints as Markdown what was true on each of several kernels. */
  public static void printMap(List<MatrixTable> tables, PrintStream out) {
    out.println("## What is true where");
    out.println();
    printRow(out, "case", tables.stream().map(MatrixTable::kernel).toList());
    printRow(out, "---", Collections.nCopies(tables.size(), "---"));
    for (MatrixCase one : tables.getFirst().cases) {
      printRow(out, one.name(), tables.stream().map(table -> table.truths(one)).toList());
    }
  }

  private static void printRow(PrintStream out, String first, List<String> rest) {
    out.println("| " + first + " | " + String.join(" | ", rest) + " |");
  }

  private static void printAligned(List<List<String>> rows, PrintStream out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int at = column;
        int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width - row.get(column).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private List<String> row(MatrixCase one) {
    List<String> row = new ArrayList<>(List.of(one.name(), truths(one)));
    for (MatrixRun run : runs) {
      row.add(run == null ? NOT_RECORDED : verdict(run, one));
    }
    return row;
  }

  /** Returns what the case measured, for each run if the runs differ. */
  private String truths(MatrixCase one) {
    List<MatrixTruth> truths = recorded().stream().map(run -> run.truth(one)).toList();
    MatrixTruth first = truths.getFirst();
    boolean same = truths.stream().allMatch(truth -> truth.kind() == first.kind());
    return same
        ? first.toString()
        : String.join("; ", truths.stream().map(Object::toString).toList());
  }

  private static String verdict(MatrixRun run, MatrixCase one) {
    Set<String> reported = run.reported(one);
    Set<String> unsure = run.unsure(one);
    Set<String> culprits = run.culprits(one);
    String said =
        (reported.isEmpty() ? "nothing" : String.join(", ", reported))
            + (culprits.isEmpty() ? "" : " by " + String.join(", ", culprits))
            + (unsure.isEmpty() ? "" : " (possible: " + String.join(", ", unsure) + ")");
    MatrixRun.Outcome outcome = run.outcome(one);
    if (outcome == MatrixRun.Outcome.NOT_JUDGED) {
      return "not judged";
    } else if (!outcome.isWrong()) {
      return said;
    }
    Set<String> expected = run.expected(one);
    String wanted = expected.isEmpty() ? "nothing" : String.join(", ", expected);
    return outcome.remark() + ": " + said + ", expected " + wanted;
  }

  private String totals(MatrixRun run) {
    if (run == null) {
      return NOT_RECORDED;
    }
    List<String> totals = new ArrayList<>();
    for (MatrixRun.Outcome outcome : MatrixRun.Outcome.values()) {
      long count = cases.stream().filter(one -> run.outcome(one) == outcome).count();
      String label = outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      totals.add(label + " " + count);
    }
    totals.add("reported outside every case " + run.strays().size());
    long both = run.witnesses().stream().filter(free -> free.byPins() && free.byCounts()).count();
    if (!run.witnesses().isEmpty()) {
      totals.add("frees that pins and counts both tell %d".formatted(both));
      totals.add("that only one tells %d".formatted(run.disagreements(cases).size()));
    }
    if (run.verdict().completeness() != Completeness.COMPLETE) {
      totals.add(
          run.verdict().completeness().name().toLowerCase(Locale.ROOT)
              + " run: "
              + String.join("; ", run.verdict().reasons()));
    }
    return String.join(", ", totals);
  }
}
