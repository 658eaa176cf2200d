package io.pinaudit.lab.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestCommandTest {
  @Test
  void inheritsWhatMattersInTheGuestOnly() {
    Map<String, String> environment =
        Map.of(
            "PATH", "/bin",
            "LC_ALL", "C.UTF-8",
            "JAVA_HOME", "/jdk",
            "PINAUDIT_X", "1",
            "SECRET_TOKEN", "s",
            "DISPLAY", ":0",
            "MY_PATH", "no");
    assertEquals(
        Set.of("PATH", "LC_ALL", "JAVA_HOME", "PINAUDIT_X"),
        GuestCommand.inherited(environment).keySet());
  }

  @Test
  void refusesNoCommandAndImpossibleVariables() {
    Path here = Path.of("/");
    assertThrows(UsageException.class, () -> new GuestCommand(List.of(), here, Map.of()));
    assertThrows(
        UsageException.class,
        () -> new GuestCommand(List.of("true"), here, Map.of("A-B; reboot", "x")));
  }
}
