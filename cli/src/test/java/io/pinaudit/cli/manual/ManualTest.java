package io.pinaudit.cli.manual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.cli.Verb;
import io.pinaudit.cli.Verbs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManualTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Manual.main(new String[] {folder.toString(), "1.2.3", "2026-11-22"});
  }

  @Test
  void haveAPageAVerbWithAllItsOptions() throws IOException {
    String all = Files.readString(folder.resolve("man/man1/pinaudit.1"));
    for (Verb verb : Verbs.all()) {
      assertTrue(all.contains(".BR pinaudit\\-" + verb.name() + " (1)"), verb.name());
      String page = Files.readString(folder.resolve("man/man1/pinaudit-" + verb.name() + ".1"));
      for (Option option : Verbs.options(verb).getOptions()) {
        String words = "\\fB\\-\\-" + option.getLongOpt().replace("-", "\\-") + "\\fR";
        assertTrue(page.contains(words), () -> verb.name() + ": " + option.getLongOpt());
      }
    }
  }

  @Test
  void haveNoLineThatAFormatterWouldTakeForARequest() {
    assertEquals("\\&.start", ManPage.plain(".start"));
    assertEquals("a\\-b \\en", ManPage.plain("a-b \\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "bash, completions/pinaudit",
    "zsh, completions/_pinaudit",
    "fish, completions/pinaudit.fish"
  })
  void areScriptsOfTheirShells(String shell, String file) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin", shell)), "no " + shell);
    assertEquals("", output(shell, "-n", folder.resolve(file).toString()));
  }

  @Test
  void readAsManPages() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mandoc")), "no mandoc");
    List<String> words = new ArrayList<>(List.of("mandoc", "-Tlint", "-Wwarning"));
    try (var pages = Files.list(folder.resolve("man/man1"))) {
      pages.forEach(page -> words.add(page.toString()));
    }
    assertEquals("", output(words.toArray(String[]::new)));
  }

  @ParameterizedTest
  @CsvSource({
    "pinaudit ana, analyze",
    "pinaudit help exp, explain",
    "pinaudit analyze --form, --format",
    "pinaudit record --no-, --no-kernel",
    "pinaudit record --no-k -- --no-, ''"
  })
  void completeWordsInBash(String line, String expected) throws Exception {
    String script =
        "source \"$1\"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pinaudit;"
            + " echo \"${COMPREPLY[*]}\"";
    String file = folder.resolve("completions/pinaudit").toString();
    assertEquals(expected, output("bash", "-c", script, "bash", file, line).strip());
  }

  private static String output(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
