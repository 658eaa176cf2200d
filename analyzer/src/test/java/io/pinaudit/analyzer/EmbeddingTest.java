package io.pinaudit.analyzer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the documentation of the library compiles, runs and finds what is there. */
class EmbeddingTest {
  private static final Path DOCUMENTATION =
      Path.of("src/main/java/io/pinaudit/analyzer/package-info.java");
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir Path folder;

  private static String program() throws IOException {
    Matcher code =
        Pattern.compile("(?s)<pre>\\{@code\n(.*?) \\* \\}</pre>")
            .matcher(Files.readString(DOCUMENTATION));
    assertTrue(code.find());
    return code.group(1).replaceAll("(?m)^ \\* ?", "");
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> text(output));
    return text(output);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void programOfTheDocumentationAuditsARun() throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("AuditRun.java"), program());
    Path page = folder.resolve("page.html");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String output =
        run(
            List.of(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                source.toString(),
                RUN.toString(),
                page.toString()));
    assertTrue(output.startsWith("CRITICAL FreedWhilePinned, 1 times\n"), output);
    assertTrue(output.contains("the run is COMPLETE\n"), output);
    assertTrue(output.contains("  LongtermPinOnFile: Whole["), output);
    assertTrue(text(page).contains("FreedWhilePinned"));
  }

  @Test
  void programOfTheDocumentationIsShort() throws IOException {
    long code =
        program().lines().filter(line -> !line.isBlank() && !line.startsWith("import")).count();
    assertTrue(code <= 30, () -> code + " lines");
  }
}
