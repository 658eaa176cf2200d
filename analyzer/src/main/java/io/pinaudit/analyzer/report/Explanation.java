package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Endpoint;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.OnKernels;
import io.pinaudit.analyzer.whatif.TableOperation;
import io.pinaudit.run.FileSystemType;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Explains one finding as a proof that a reader can check: the steps in order of time, each with
 * the line of the input that it was read from; why they prove the finding; and what this and other
 * kernels do in this case.
 */
public final class Explanation {
  private static final int SHOWN_CHARACTERS = 200;

  private final Audit audit;
  private final Answers answers;
  private final Finding finding;
  private final Prose prose;
  private final PrintStream out;

  private Explanation(Audit audit, Answers answers, Finding finding, PrintStream out) {
    this.audit = audit;
    this.answers = answers;
    this.finding = finding;
    this.prose = new Prose(audit);
    this.out = out;
  }

  /**
   * Prints the explanation of a finding.
   *
   * @throws IOException if an input cannot be read again
   */
  public static void print(Audit audit, Finding finding, PrintStream out) throws IOException {
    print(audit, Answers.NONE, finding, out);
  }

  /**
   * Prints the explanation of a finding, and what other kernels would have done.
   *
   * @param answers the answers about other kernels
   * @throws IOException if an input cannot be read again
   */
  public static void print(Audit audit, Answers answers, Finding finding, PrintStream out)
      throws IOException {
    new Explanation(audit, answers, finding, out).print();
  }

  private void print() throws IOException {
    Finding.Instance first = finding.first();
    line(
        "%s %s [%s, %s], fingerprint %s",
        finding.id(),
        finding.rule(),
        Words.lower(finding.severity()),
        Words.lower(finding.certainty()),
        finding.fingerprint());
    line("  what      %s", prose.what(finding));
    line("  where     %s", prose.where(first.place()));
    line("  buffer    %s", first.buffer().map(this::endpoint).orElse("not observed"));
    line("  storage   %s", first.storage().map(this::endpoint).orElse("not observed"));
    if (finding.count() > 1) {
      line(
          "  count     %,d; this is the first, the longest lasted %s",
          finding.count(), Words.seconds(finding.worst().nanos()));
    }
    steps(first);
    line("");
    line("why this is %s", Words.lower(finding.certainty()));
    line("  %s", why());
    line("  %s", audit.clock());
    guard();
    kernels();
    line("");
    line("what to change");
    line("  %s", RulePage.of(finding.hazard()).fix());
  }

  /** Writes what the guard did about the same file at other times. */
  private void guard() {
    List<Interventions.Group> groups =
        audit.ledgers().sight().interventions().of(finding.first().place().file());
    if (!groups.isEmpty()) {
      line("");
      line("what the guard did about this file");
      groups.stream()
          .flatMap(group -> GuardProse.lines(group).stream())
          .forEach(text -> line("%s", text));
    }
  }

  private String endpoint(Endpoint end) {
    String name = end.path();
    if (name == null && end.file() != null) {
      name = prose.file(finding.first().place().file());
    }
    String ranges = end.ranges().isEmpty() ? "" : ", bytes " + Words.join(end.ranges());
    return Words.printable(String.valueOf(name)) + ranges;
  }

  private void steps(Finding.Instance instance) throws IOException {
    List<Step> steps =
        instance.steps().stream()
            .sorted(Comparator.comparingLong(step -> step.stamp().nanos()))
            .toList();
    Map<Source, String> lines =
        InputLines.of(
            audit.inputs().traces(), steps.stream().map(step -> step.stamp().source()).toList());
    int number = 0;
    for (Step step : steps) {
      number++;
      line("");
      line("%d. %s", number, prose.told(step, instance));
      if (step.place() != null) {
        line("     %s", prose.where(step.place()));
      }
      String text = lines.get(step.stamp().source());
      if (text != null) {
        line("     | %s", cut(text));
      }
      stack(step.actor());
    }
    if (instance.step(Step.Role.DROPPED).isEmpty() && !instance.ended()) {
      line("");
      line("%d. not seen to end before the end of the recording", number + 1);
    }
  }

  private void stack(Actor actor) {
    for (Frame frame : Prose.stack(actor.call())) {
      line("       at %s", frame);
    }
  }

  private String why() {
    return switch (finding.certainty()) {
      case CONFIRMED ->
          "the kernel itself showed both sides on the same pages, between the pin and its drop";
      case OBSERVED ->
          "both sides were seen; that they meet follows from the file, the range and the times";
      case POSSIBLE -> Prose.doubts(finding.first());
      case MET ->
          "one thread was held before its call, with all that it had locked, and within 100 ms the"
              + " other came to stand before its own, with all that it had locked, on the same"
              + " file or memory and overlapping bytes: no lock, queue, latch or join that both"
              + " calls respect lets that happen, so either may come first, or both at once. It"
              + " does not prove that they overlapped in this run; a finding of another rule does."
              + " Nor that they would without the wait: where one side gives up after a timeout"
              + " (tryLock(50 ms), poll(20 ms)) and goes on, the wait may have used it up, as a"
              + " slow disk or a garbage collection would: a real schedule all the same";
      case PREDICTED ->
          "in the recorded run both calls were made, by two threads, within seconds, on the same"
              + " file or memory, and no start or end of a thread orders them. A lock, a queue or"
              + " a future may: pinaudit confirm tells";
    };
  }

  private void kernels() {
    FileRef file = finding.first().place().file();
    TableOperation.Kind operation = KernelTable.operation(finding);
    String type = fileSystem(file, audit);
    KernelTable.Version here = here(audit);
    List<KernelTable.Row> rows = KernelTable.packed().of(operation, type);
    line("");
    line(
        "what kernels do: %s%s",
        operation.word(),
        type == null
            ? ", by file system"
            : type.equals(KernelTable.CACHE) ? ", page cache" : ", " + type + " with DAX");
    for (KernelTable.Row row : rows) {
      boolean same = here != null && type != null && row.covers(here);
      line(
          "  %s %-14s %s%s (%s)",
          same ? "*" : " ", row.versions(), qualifier(row, type), row.does(), row.knownFrom());
    }
    line(
        here == null
            ? "  (which kernel this was is not known)"
            : type == null
                ? "  (which file system this was is not known; the kernel was " + here + ")"
                : "  * this kernel, " + here);
    answers.onKernels().ifPresent(told -> elsewhere(told, type));
  }

  /** Writes what each kernel would have done in this run, on a file system of the same type. */
  private void elsewhere(OnKernels kernels, String type) {
    String column =
        type != null && OnKernels.FILE_SYSTEMS.contains(type)
            ? type
            : FileSystemType.EXT4.typeName();
    for (OnKernels.OfCase one : kernels.cases()) {
      if (one.which().findings().contains(finding.id())) {
        line(
            "  this run there, %s: %s",
            WhatIfProse.fileSystem(column),
            kernels.kernels().stream()
                .map(kernel -> kernel + " " + WhatIfProse.cell(one.on(kernel, column)))
                .collect(Collectors.joining("; ")));
      }
    }
  }

  static String qualifier(KernelTable.Row row, String type) {
    String system = type == null ? row.fileSystem() + ": " : "";
    String condition = row.operation().condition();
    return condition.isEmpty() ? system : system + "file " + condition + ": ";
  }

  /**
   * Returns the column of the table that a file belongs to; null if the file system is not known.
   */
  static String fileSystem(FileRef file, Audit audit) {
    if (file == null) {
      return null;
    }
    var device = file.id().device();
    return audit.ledgers().blocks().dax(device).orElse(true)
        ? audit.ledgers().blocks().fileSystem(device)
        : KernelTable.CACHE;
  }

  /** Returns the kernel of the run; null if it is not known. */
  static KernelTable.Version here(Audit audit) {
    var run = audit.inputs().description();
    return run == null ? null : KernelTable.Version.of(run.kernelRelease());
  }

  private static String cut(String text) {
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would need a dependency
  private void line(String pattern, Object... values) {
    String text = values.length == 0 ? pattern : String.format(Locale.ROOT, pattern, values);
    out.println(Words.printable(text));
  }
}
