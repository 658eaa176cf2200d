package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The workflow of {@code docs/ci.md} does what the page says: its steps run here as a runner would
 * run them, in order, on a project whose tests cut a mapped file or do not.
 */
class WorkflowIT {
  private static final String PROGRAM =
      """
      import java.nio.channels.FileChannel;
      import java.nio.file.*;
      class Tests {
        public static void main(String[] args) throws Exception {
          Path file = Files.createTempFile(Path.of("."), "mapped", "");
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Object mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 20);
            if (args[0].equals("broken")) {
              channel.truncate(0);
            }
            java.lang.ref.Reference.reachabilityFence(mapped);
          }
        }
      }
      """;

  @TempDir Path folder;
  private Path project;
  private Path programs;
  private String path;

  /** One step of the workflow that runs something. */
  private record RunStep(String name, String script, Map<String, String> environment) {}

  @BeforeEach
  void makeAProject() throws Exception {
    project = Files.createDirectories(folder.resolve("project"));
    programs = Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("runner"));
    Files.writeString(folder.resolve("Tests.java"), PROGRAM);
    String javac = Installation.jdkTool("javac").toString();
    assertEquals(0, shell(javac + " -d . Tests.java", folder, Map.of()));
    // An archive as it is released, of which only the launcher is needed.
    Path released = Files.createDirectories(folder.resolve("pinaudit-0"));
    Files.createSymbolicLink(released.resolve("pinaudit"), Installation.current().launcher());
    assertEquals(0, shell("tar -c --zstd -f pinaudit.tar.zst pinaudit-0", folder, Map.of()));
    path = programs + ":" + System.getenv("PATH");
  }

  /** Stands for the project's build, which starts JVMs of its own. */
  private void testsAre(String kind) throws IOException {
    String java = Installation.jdkTool("java").toString();
    Path mvn = programs.resolve("mvn");
    Files.writeString(
        mvn, "#!/bin/sh\nexec '%s' -cp '%s' Tests %s\n".formatted(java, folder, kind));
    assertTrue(mvn.toFile().setExecutable(true));
  }

  @Test
  void failsAtTheGateAndLeavesReports() throws Exception {
    testsAre("broken");
    assertEquals(List.of(0, 0, 1), runSteps());
    String report = Files.readString(project.resolve("pinaudit.html"));
    assertTrue(report.contains("TruncatedBelowMapping"));
    assertTrue(Files.readString(folder.resolve("said")).contains("::error"));
  }

  @Test
  void passesWhatIsFixed() throws Exception {
    testsAre("fixed");
    assertEquals(List.of(0, 0, 0), runSteps());
  }

  /** Ends after a step that fails, as a runner does; returns all exit statuses. */
  private List<Integer> runSteps() throws Exception {
    Path added = Files.writeString(folder.resolve("github-path"), "");
    List<Integer> statuses = new ArrayList<>();
    for (RunStep step : steps()) {
      Map<String, String> environment = new java.util.HashMap<>(step.environment());
      environment.put("RUNNER_TEMP", folder.resolve("runner").toString());
      environment.put("GITHUB_PATH", added.toString());
      statuses.add(shell("set -eo pipefail\n" + step.script(), project, environment));
      for (String line : Files.readAllLines(added)) {
        path = line + ":" + path;
      }
      if (statuses.getLast() != 0) {
        break;
      }
    }
    return statuses;
  }

  @SuppressWarnings("unchecked")
  private List<RunStep> steps() throws IOException {
    Matcher block =
        Pattern.compile("(?s)```yaml\\n(.*?)```")
            .matcher(Files.readString(Path.of("../../docs/ci.md")));
    assertTrue(block.find());
    Map<String, Object> workflow =
        (Map<String, Object>)
            new Load(LoadSettings.builder().build()).loadFromString(block.group(1));
    var gate = ((Map<String, Map<String, Object>>) workflow.get("jobs")).get("gate");
    List<RunStep> steps = new ArrayList<>();
    for (Map<String, Object> step : (List<Map<String, Object>>) gate.get("steps")) {
      if (step.get("run") instanceof String script) {
        Map<String, String> environment = new java.util.HashMap<>();
        ((Map<String, String>) step.getOrDefault("env", Map.of()))
            .forEach((name, value) -> environment.put(name, variable(value)));
        steps.add(new RunStep((String) step.get("name"), script, environment));
      }
    }
    return steps;
  }

  /** A variable of the repository, as its owner would set it. */
  private String variable(String value) {
    assertEquals("${{ vars.PINAUDIT_ARCHIVE }}", value);
    return folder.resolve("pinaudit.tar.zst").toUri().toString();
  }

  private int shell(String script, Path where, Map<String, String> environment) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(where.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PINAUDIT_NO_BUILD", "1");
    if (path != null) {
      builder.environment().put("PATH", path);
    }
    Path said = folder.resolve("said");
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    return builder.start().waitFor();
  }
}
