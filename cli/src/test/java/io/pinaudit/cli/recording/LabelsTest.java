package io.pinaudit.cli.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  @TempDir Path root;

  private static Labels labels(String... words) throws ParseException {
    return Labels.of(new DefaultParser().parse(Labels.addTo(new Options()), words));
  }

  @Test
  void takesNamesAndValuesInTheirOrder() throws ParseException {
    Labels labels =
        labels("--label", "app.version=1.4=rc 1", "--label", "app.name=", "--host", "n 7");
    assertEquals(Map.of("app.version", "1.4=rc 1", "app.name", ""), labels.values());
    assertEquals("app.version", labels.values().keySet().iterator().next());
    assertEquals("n 7", labels.host());
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.version", "=1", "a b=1", ".a=1", "a=x\ny"})
  void refusesWhatIsNoNameAndValue(String word) {
    UsageException e = assertThrows(UsageException.class, () -> labels("--label", word));
    assertTrue(e.getMessage().contains("expected NAME=VALUE"), e.getMessage());
  }

  @Test
  void refusesOneNameTwiceAndTooMany() {
    assertThrows(UsageException.class, () -> labels("--label", "a=1", "--label", "a=2"));
    String[] many =
        IntStream.range(0, 33).mapToObj(i -> "--label=l" + i + "=x").toArray(String[]::new);
    assertThrows(UsageException.class, () -> labels(many));
  }

  @Test
  void namesTheMachineByItsIdElseByItsHostName() throws IOException {
    assertNull(Labels.machine(root));
    Files.createDirectories(root.resolve("proc/sys/kernel"));
    Files.writeString(root.resolve("proc/sys/kernel/hostname"), "web-1\n");
    assertEquals("web-1", Labels.machine(root));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(root.resolve("etc/machine-id"), "uninitialized\n");
    assertEquals("web-1", Labels.machine(root));
    Files.writeString(root.resolve("etc/machine-id"), "0123456789abcdef\n");
    assertEquals("0123456789abcdef", Labels.machine(root));
  }
}
