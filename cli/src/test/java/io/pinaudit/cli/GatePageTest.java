package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What docs/gate.md tells people to type exists. */
class GatePageTest {
  /** Verbs that another module brings. */
  private static final List<String> ELSEWHERE = List.of("lab");

  private static final Pattern COMMAND =
      Pattern.compile("(?:^|[\\s/])pinaudit (\\w+)((?: [^|#\\n]*)?)");

  private static String page() throws IOException {
    return Files.readString(Path.of("../docs/gate.md"));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> steps() throws IOException {
    Matcher block = Pattern.compile("(?s)```yaml\\n(.*?)```").matcher(page());
    assertTrue(block.find());
    var workflow =
        (Map<String, Object>)
            new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                .loadFromString(block.group(1));
    assertTrue(workflow.keySet().containsAll(List.of("name", "on", "permissions", "jobs")));
    var jobs = (Map<String, Map<String, Object>>) workflow.get("jobs");
    return (List<Map<String, Object>>) jobs.get("gate").get("steps");
  }

  @Test
  void hasAWorkflowWhoseStepsDoSomething() throws IOException {
    assertEquals("ubuntu-24.04", runsOn());
    for (Map<String, Object> step : steps()) {
      assertTrue(step.containsKey("uses") ^ step.containsKey("run"), step.toString());
      assertTrue(
          !(step.get("uses") instanceof String uses) || uses.matches("[\\w-]+/[\\w/-]+@v\\d+"),
          step.toString());
    }
  }

  private static String runsOn() throws IOException {
    Matcher runner = Pattern.compile("runs-on: (\\S+)").matcher(page());
    return runner.find() ? runner.group(1) : "";
  }

  @Test
  void namesVerbsAndOptionsThatExist() throws IOException {
    List<String> commands = new ArrayList<>();
    for (Map<String, Object> step : steps()) {
      collect(String.valueOf(step.get("run")), commands);
    }
    assertEquals(2, commands.size(), commands.toString());
    Matcher block = Pattern.compile("(?s)```\\n(.*?)```").matcher(page());
    while (block.find()) {
      collect(block.group(1), commands);
    }
    assertTrue(commands.size() >= 8, commands.toString());
    commands.forEach(GatePageTest::exists);
  }

  private static void collect(String text, List<String> commands) {
    Matcher command = COMMAND.matcher(text);
    while (command.find()) {
      commands.add(command.group(1) + command.group(2));
    }
  }

  private static void exists(String command) {
    List<String> words = Arrays.asList(command.strip().split("\\s+"));
    Map<String, Options> verbs = new TreeMap<>();
    ServiceLoader.load(Verb.class).forEach(verb -> verbs.put(verb.name(), verb.options()));
    if (ELSEWHERE.contains(words.getFirst())) {
      return;
    }
    Options options = verbs.get(words.getFirst());
    assertTrue(options != null, "no verb " + words.getFirst());
    for (String word : words) {
      assertTrue(!word.startsWith("-") || options.hasOption(word), word + " of " + command);
    }
  }
}
