package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The YAML that pages tell people to copy has the shape that it must have. */
class YamlInPagesTest {
  @SuppressWarnings("unchecked")
  private static Map<String, Object> yamlOf(String page) throws IOException {
    Matcher block =
        Pattern.compile("(?s)```yaml\\n(.*?)```")
            .matcher(Files.readString(Path.of("../docs").resolve(page)));
    assertTrue(block.find(), page);
    return (Map<String, Object>)
        new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
            .loadFromString(block.group(1));
  }

  @Test
  @SuppressWarnings("unchecked")
  void isAWorkflowWhoseStepsDoSomething() throws IOException {
    Map<String, Object> workflow = yamlOf("gate.md");
    assertTrue(workflow.keySet().containsAll(List.of("name", "on", "permissions", "jobs")));
    var gate = ((Map<String, Map<String, Object>>) workflow.get("jobs")).get("gate");
    assertEquals("ubuntu-24.04", gate.get("runs-on"));
    for (Map<String, Object> step : (List<Map<String, Object>>) gate.get("steps")) {
      assertTrue(step.containsKey("uses") ^ step.containsKey("run"), step.toString());
      assertTrue(
          !(step.get("uses") instanceof String uses) || uses.matches("[\\w-]+/[\\w/-]+@v\\d+"),
          step.toString());
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void isAPodThatMountsWhatItRecordsTo() throws IOException {
    Map<String, Object> pod = yamlOf("containers.md");
    assertEquals("Pod", pod.get("kind"));
    var spec = (Map<String, List<Map<String, Object>>>) pod.get("spec");
    Map<String, Object> container = spec.get("containers").getFirst();
    var mount = ((List<Map<String, String>>) container.get("volumeMounts")).getFirst();
    var options = ((List<Map<String, String>>) container.get("env")).getFirst();
    assertEquals("JAVA_TOOL_OPTIONS", options.get("name"));
    assertTrue(options.get("value").contains("filename=" + mount.get("mountPath") + "/"));
    assertEquals(mount.get("name"), spec.get("volumes").getFirst().get("name"));
  }
}
