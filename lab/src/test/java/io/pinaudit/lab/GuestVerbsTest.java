package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the verbs of the guest refuse before they boot it. */
class GuestVerbsTest {
  private static final String HOME = "pinaudit.home";
  private static String before;

  /** As the launcher does. */
  @BeforeAll
  static void nameTheInstallation() {
    before = System.getProperty(HOME);
    System.setProperty(HOME, "..");
  }

  @AfterAll
  static void restore() {
    if (before == null) {
      System.clearProperty(HOME);
    } else {
      System.setProperty(HOME, before);
    }
  }

  private static String error(String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertEquals(ExitStatus.ERROR, Main.run(args, new Console(nowhere, told, false)));
    return err.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
  }

  @Test
  void labNeedsWholeVariables() {
    assertEquals(
        "pinaudit: error: lab: --env 'PATH' is not NAME=VALUE",
        error("lab", "-e", "PATH", "--", "true"));
  }

  @Test
  void demoKnowsItsSamples() {
    assertEquals("pinaudit: error: demo: no sample 'none'", error("demo", "none"));
  }

  @Test
  void matrixKnowsItsCases() {
    assertEquals("pinaudit: error: matrix: no such case", error("matrix", "--case", "none"));
  }
}
