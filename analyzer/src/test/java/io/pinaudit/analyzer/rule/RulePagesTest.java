package io.pinaudit.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulePagesTest {
  @Test
  void everyRuleHasItsPageAndEveryPageItsRule() throws IOException {
    Set<String> rules =
        Rules.all().stream().map(Rule::name).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(rules, names(Path.of("../docs/rules"), ".md"));
    Set<String> tests =
        rules.stream().map(rule -> rule + "Test").collect(Collectors.toCollection(TreeSet::new));
    Set<String> present = names(Path.of("src/test/java/io/pinaudit/analyzer/rule"), ".java");
    tests.removeAll(present);
    assertEquals(Set.of(), tests, "rules without a test of their own");
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
