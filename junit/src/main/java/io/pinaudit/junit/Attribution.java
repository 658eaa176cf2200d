package io.pinaudit.junit;

import io.pinaudit.junit.Report.Frame;
import io.pinaudit.junit.Report.Hazard;
import io.pinaudit.junit.Report.Step;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Says in which tests a hazard happened: by the threads of the tests, by their code on a stack, by
 * a file that only one test's hazards concern, by the classes around them, else by the time.
 */
final class Attribution {
  private final List<RunningTest> tests;
  private final Map<String, Set<RunningTest>> testsOfFiles = new HashMap<>();

  Attribution(List<RunningTest> all, List<Hazard> hazards) {
    tests = all.stream().sorted(Comparator.comparing(RunningTest::shown)).toList();
    for (Hazard hazard : hazards) {
      Set<RunningTest> certain = certain(hazard);
      for (Step step : hazard.steps()) {
        testsOfFiles.computeIfAbsent(step.file(), file -> new LinkedHashSet<>()).addAll(certain);
      }
    }
  }

  /**
   * Where a hazard happened.
   *
   * @param tests in which, or which ran at that time; none if it happened outside of all
   * @param certain whether it was these, and not one of these
   */
  record Site(Set<RunningTest> tests, boolean certain) {
    /** Returns whether a class or method, given by its id, is responsible for the finding. */
    boolean concerns(String owner) {
      return tests.isEmpty() || tests.stream().anyMatch(test -> test.id().startsWith(owner));
    }

    /** Returns words that follow the name of the hazard, such as {@code in OrdersTest.cuts}. */
    String text() {
      List<String> names = tests.stream().map(RunningTest::shown).distinct().toList();
      if (names.isEmpty()) {
        return "outside of the tests";
      }
      return certain || names.size() == 1
          ? "in " + String.join(" and ", names)
          : "in one of " + String.join(", ", names);
    }
  }

  Site of(Hazard hazard) {
    Set<RunningTest> certain = certain(hazard);
    if (!certain.isEmpty()) {
      return new Site(certain, true);
    }
    Set<RunningTest> byFile = byFile(hazard);
    if (byFile.size() == 1) {
      return new Site(byFile, true);
    }
    Set<RunningTest> byClass = matching(hazard, (test, step) -> wrote(step, test::shipped));
    return new Site(byClass.isEmpty() ? matching(hazard, (test, step) -> true) : byClass, false);
  }

  private Set<RunningTest> certain(Hazard hazard) {
    Set<RunningTest> byThread = matching(hazard, (test, step) -> test.thread() == step.thread());
    return byThread.isEmpty()
        ? matching(hazard, (test, step) -> wrote(step, test::wrote))
        : byThread;
  }

  private Set<RunningTest> matching(Hazard hazard, BiPredicate<RunningTest, Step> by) {
    return tests.stream()
        .filter(
            test ->
                hazard.steps().stream()
                    .anyMatch(step -> test.ranAt(step.nanos()) && by.test(test, step)))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean wrote(Step step, Predicate<Frame> code) {
    return step.stack().stream().anyMatch(code);
  }

  private Set<RunningTest> byFile(Hazard hazard) {
    return hazard.steps().stream()
        .map(Step::file)
        .filter(file -> !file.isEmpty())
        .flatMap(file -> testsOfFiles.getOrDefault(file, Set.of()).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
