package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All takings of one run through the same two lines of code, which each kernel treats alike.
 *
 * @param id {@code W1}, {@code W2}, … in order of time; stable within a run
 * @param findings the findings of the run that concern these takings
 * @param count how many takings there were
 * @param first the earliest taking
 * @param longest the taking whose pins lived longest
 */
public record Case(String id, List<String> findings, long count, Taking first, Taking longest) {
  /** The facts on which kernels differ, and the two lines of code. */
  private record Key(
      Actor.Site holder,
      Actor.Site culprit,
      Act act,
      Mapped mapped,
      boolean dax,
      String fileSystem,
      boolean takes,
      boolean waiterHolds,
      boolean byDevice,
      Outcome here,
      Doubt unsure) {
    static Key of(Taking taking) {
      return new Key(
          taking.holder().site(),
          taking.actor().site(),
          taking.act(),
          taking.mapped(),
          taking.dax(),
          taking.fileSystem(),
          taking.taken().pages() > 0,
          taking.waiterHolds(),
          taking.byDevice(),
          taking.here(),
          taking.unsure());
    }
  }

  /**
   * Groups takings by case as they come, and keeps two takings of each case. Confined to one
   * thread.
   */
  static final class Grouping {
    private final Map<Key, Case> cases = new LinkedHashMap<>();

    void add(Taking taking) {
      cases.merge(Key.of(taking), new Case("", List.of(), 1, taking, taking), Grouping::merged);
    }

    private static Case merged(Case known, Case other) {
      boolean earlier = other.first.began().nanos() < known.first.began().nanos();
      boolean longer = other.longest.awaited().nanos() > known.longest.awaited().nanos();
      return new Case(
          "",
          List.of(),
          known.count + other.count,
          earlier ? other.first : known.first,
          longer ? other.longest : known.longest);
    }

    /**
     * Returns the cases, numbered in order of time.
     *
     * @param kernel the kernel of the run; null if unknown
     */
    List<Case> cases(List<Finding> findings, KernelTable.Version kernel) {
      KernelTable table = KernelTable.packed();
      List<Case> sorted = new ArrayList<>(cases.values());
      sorted.sort(Comparator.comparingLong(one -> one.first.began().nanos()));
      List<Case> numbered = new ArrayList<>();
      for (Case one : sorted) {
        numbered.add(
            new Case(
                "W" + (numbered.size() + 1),
                findings.stream().filter(one::isOf).map(Finding::id).toList(),
                one.count,
                one.first.withMapped(table, kernel),
                one.longest.withMapped(table, kernel)));
      }
      return List.copyOf(numbered);
    }
  }

  /** Returns whether a finding concerns the same two lines of code and the same file. */
  private boolean isOf(Finding finding) {
    return switch (finding.hazard()) {
      case FREED_WHILE_PINNED,
          REUSED_WHILE_PINNED,
          TRUNCATE_STALLED_BY_PIN,
          ORPHANED_WHILE_PINNED ->
          finding.instances().stream().anyMatch(this::isOf);
      case UNMAPPED_WHILE_PINNED,
          TRUNCATED_BELOW_MAPPING,
          STORAGE_ENDPOINT_RACE,
          LONGTERM_PIN_ON_FILE,
          UNORDERED_CUT ->
          false;
    };
  }

  private boolean isOf(Finding.Instance instance) {
    return Objects.equals(instance.place().file(), first.file())
        && instance.steps().stream().anyMatch(step -> step.role().takes() && isCulprit(step));
  }

  private boolean isCulprit(Step step) {
    return step.actor().site().equals(first.actor().site());
  }
}
