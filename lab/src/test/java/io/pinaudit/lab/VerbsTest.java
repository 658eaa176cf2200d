package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pinaudit.analyzer.report.Format;
import io.pinaudit.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the command line can do is found by it, and is in the pages. */
class VerbsTest {
  private static final Pattern RUNS = Pattern.compile("Main\\.run\\(|verb\\.run\\(|launcher\\(\\)");

  private static Stream<Verb> verbs() {
    return ServiceLoader.load(Verb.class).stream().map(ServiceLoader.Provider::get);
  }

  /** A verb that is not named in {@code META-INF/services} compiles, and is not there. */
  @Test
  void areAllFoundByTheServiceLoader() {
    Set<String> classes =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.pinaudit.cli", "io.pinaudit.fleet", "io.pinaudit.lab")
                .stream()
                .filter(each -> each.isAssignableTo(Verb.class) && !each.isInterface())
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        classes,
        verbs()
            .map(verb -> verb.getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void areOnAPage() throws IOException {
    String pages = "";
    try (Stream<Path> files = Files.list(Path.of("../docs"))) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        pages += Files.readString(page);
      }
    }
    String all = pages + Files.readString(Path.of("../README.md"));
    verbs()
        .forEach(
            verb ->
                assertTrue(
                    Pattern.compile("(pinaudit |lab/)" + verb.name() + "\\b").matcher(all).find(),
                    "no page names pinaudit " + verb.name()));
  }

  /** In the tests that call the command line as a user does; longer ones run some in the guest. */
  @Test
  void areRunByATest() throws IOException {
    StringBuilder tests = new StringBuilder();
    for (String module : List.of("../cli", "../fleet", ".", "host", "guests")) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src/test"))) {
        for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
          String text = Files.readString(file);
          tests.append(RUNS.matcher(text).find() ? text : "");
        }
      }
    }
    verbs()
        .forEach(
            verb ->
                assertTrue(
                    tests.indexOf("\"" + verb.name() + "\"") >= 0,
                    "no test runs pinaudit " + verb.name()));
  }

  @Test
  void writeFormatsThatThePageOfTheGateExplains() throws IOException {
    Set<String> rows =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
            .matcher(Files.readString(Path.of("../docs/gate.md")))
            .results()
            .map((MatchResult row) -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(Arrays.asList(Format.NAMES.split(", "))), rows);
  }
}
