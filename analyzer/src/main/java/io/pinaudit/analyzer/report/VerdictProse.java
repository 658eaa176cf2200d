package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.run.Evidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the sentences about how much of a run was seen and how far each rule was applied. */
final class VerdictProse {
  private VerdictProse() {}

  /** Returns the evidence that a rule lacks. */
  static String missing(Set<Evidence> evidence) {
    return "no evidence of "
        + evidence.stream().map(VerdictProse::words).collect(Collectors.joining(", "));
  }

  private static String words(Evidence evidence) {
    return switch (evidence) {
      case PINS, DROPS, BIOS, PIPES, FREES, ALLOCATIONS, WAITS, THREADS -> Words.lower(evidence);
      case COUNTS -> "counts of references";
      case PAGES -> "pages of files";
      case INODES -> "deleted inodes";
      case SYSCALLS -> "system calls";
      case CUTS -> "files cut by others";
      case CUTTERS -> "who cuts files";
      case FAULTS -> "accesses that failed";
      case CACHED_PINS -> "pins of cached pages";
      case REMOVALS -> "removals from the page cache";
      case CALLS -> "Java calls";
    };
  }

  /**
   * Returns how far the rules could be applied; rules to which the same applies share an entry:
   * {@code applied: A, B}, {@code ruled out: C (why)}.
   */
  static List<String> applied(Verdict verdict) {
    Map<String, String> rules = new LinkedHashMap<>();
    verdict
        .rules()
        .forEach(
            (hazard, applied) ->
                rules.merge(applied(applied), hazard.rule(), (all, one) -> all + ", " + one));
    return rules.entrySet().stream()
        .map(entry -> entry.getKey().replace("%", entry.getValue()))
        .toList();
  }

  /** Returns how a rule was applied, with a % in place of the rules' names. */
  private static String applied(Applied applied) {
    return switch (applied) {
      case Applied.Whole(Basis basis) -> "applied to " + sides(basis) + ": %";
      case Applied.RuledOut(String why) -> "ruled out: % (" + why + ")";
      case Applied.InPart(Basis basis, _) ->
          "applied in part, to " + sides(basis) + ": %" + shortfall(basis);
      case Applied.NotAtAll(Set<Evidence> missing) -> "not applied: % (" + missing(missing) + ")";
    };
  }

  private static String shortfall(Basis basis) {
    return basis.shortfall() == null ? "" : " (" + basis.shortfall() + ")";
  }

  /** Returns what a rule is applied to: which evidence it needs. */
  private static String sides(Basis basis) {
    if (basis.needs().equals(Set.of(Evidence.CALLS))) {
      return "the calls of the JVM";
    }
    return basis.needs().contains(Evidence.COUNTS)
        ? "the kernel's counts of references"
        : "the kernel's events";
  }

  /** Returns how much of the run was seen, one line each, the verdict first. */
  static String trust(Verdict verdict) {
    return Stream.of(
            List.of("the run is " + Words.lower(verdict.completeness())),
            verdict.reasons(),
            applied(verdict))
        .flatMap(List::stream)
        .map(Words::printable)
        .collect(Collectors.joining("\n"));
  }
}
