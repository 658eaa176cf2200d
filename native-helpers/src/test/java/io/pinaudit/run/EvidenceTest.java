package io.pinaudit.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules know evidence by the names that the probe sets give it. */
class EvidenceTest {
  private static final Path PROBES = Path.of("src/main/resources/io/pinaudit/probe");

  /** Otherwise the probes of a misspelt line would serve no rule, in silence. */
  @Test
  void isWhatTheProbeSetsGive() throws IOException {
    try (Stream<Path> files = Files.list(PROBES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".probes")).toList()) {
        for (String line : Files.readAllLines(file)) {
          assertTrue(
              !line.startsWith("evidence ")
                  || Evidence.named(line.substring(9).strip()).isPresent(),
              file.getFileName() + ": " + line);
        }
      }
    }
  }

  @Test
  void isOfDialectsThatThePageNames() throws IOException {
    List<String> page = Files.readAllLines(Path.of("../docs/kernels.md"));
    for (String dialect : Files.readAllLines(PROBES.resolve("dialects"))) {
      assertTrue(
          dialect.startsWith("#") || page.stream().anyMatch(row -> row.startsWith("| " + dialect)),
          "docs/kernels.md has no row for " + dialect);
    }
  }
}
