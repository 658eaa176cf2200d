package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.finding.Hazard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A hazard, its rule, the rule's test and its page go together. */
class HazardTest {
  private static final Path TESTS = Path.of("src/test/java/io/pinaudit/analyzer/rule");

  /** What the test of a rule has to have: stories in which nothing is found. */
  private static final String NEAR_MISS =
      "assertEquals\\(List\\.of\\(\\), (Story\\.)?(verdicts|findings)\\(";

  @Test
  void everyHazardHasItsRuleAndEveryRuleItsHazard() {
    assertEquals(
        List.of(Hazard.values()), Rules.all().stream().map(Rule::hazard).toList(), "in this order");
    for (Rule rule : Rules.all()) {
      assertEquals(rule.hazard().rule(), rule.getClass().getSimpleName());
      assertEquals(Optional.of(rule.hazard()), Hazard.of(rule.hazard().rule()));
    }
  }

  @Test
  void everyHazardHasItsPageAndEveryPageItsHazard() throws IOException {
    assertEquals(rules(), names(Path.of("../docs/rules"), ".md"));
  }

  @Test
  void everyHazardHasATestOfItsOwn() throws IOException {
    Set<String> tests =
        rules().stream().map(rule -> rule + "Test").collect(Collectors.toCollection(TreeSet::new));
    tests.removeAll(names(TESTS, ".java"));
    assertEquals(Set.of(), tests, "rules without a test of their own");
  }

  /** A rule that never fires, or one that always does, passes half of its tests. */
  @Test
  void everyTestHasItsRuleFireAndItsNearMiss() throws IOException {
    for (Hazard hazard : Hazard.values()) {
      String rule = hazard.rule();
      String test = Files.readString(TESTS.resolve(rule + "Test.java"));
      String fires = "\"" + rule + "[ \"]|assertEquals\\(Hazard\\." + hazard.name() + ",";
      assertTrue(
          Pattern.compile(fires).matcher(test).find(),
          rule + "Test expects no finding of the rule");
      assertTrue(
          Pattern.compile(NEAR_MISS).matcher(test).find(),
          rule + "Test has no near miss: nothing like " + NEAR_MISS);
    }
  }

  @Test
  void everyRuleIsOnThePageOfCleanRuns() throws IOException {
    Set<String> named =
        Files.readAllLines(Path.of("../docs/clean.md")).stream()
            .dropWhile(line -> !line.startsWith("| rule | needs |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .flatMap(line -> Stream.of(line.split("\\|")[1].strip().split(", ")))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(rules(), named, "rules that docs/clean.md says the needs of");
  }

  private static Set<String> rules() {
    return Stream.of(Hazard.values())
        .map(Hazard::rule)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
