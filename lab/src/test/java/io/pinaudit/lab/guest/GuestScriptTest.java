package io.pinaudit.lab.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.lab.host.DaxFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestScriptTest {
  private static final List<String> ODD_WORDS =
      List.of(
          "plain",
          "two words",
          "",
          "it's",
          "''",
          "\"quoted\"",
          "$HOME `id` $(id) \\",
          "new\nline\n",
          "tab\there",
          "ünïcode → 🐧",
          "*",
          "-o",
          "--",
          "a=b");

  @TempDir Path directory;

  @Test
  void passesOddWordsThroughAShell() throws Exception {
    List<String> words = new ArrayList<>(List.of("printf", "%s\\0"));
    words.addAll(ODD_WORDS);
    assertEquals(
        String.join("\0", ODD_WORDS) + "\0",
        output(new GuestCommand(words, directory, Map.of()), Map.of()));
  }

  @Test
  void passesOddValuesThroughAShell() throws Exception {
    String odd = String.join("|", ODD_WORDS);
    GuestCommand command =
        new GuestCommand(List.of("sh", "-c", "printf %s \"$ODD\""), directory, Map.of("ODD", odd));
    assertEquals(odd, output(command, Map.of()));
  }

  @Test
  void entersTheWorkingDirectory() throws Exception {
    Path odd = Files.createDirectory(directory.resolve("it's a, \"folder\""));
    assertEquals(
        odd.toRealPath() + "\n",
        output(new GuestCommand(List.of("pwd", "-P"), odd, Map.of()), Map.of()));
  }

  @Test
  void letsTheLabHaveTheLastWord() throws Exception {
    GuestCommand command =
        new GuestCommand(
            List.of("sh", "-c", "echo $PINAUDIT_RUN $PINAUDIT_SLOW_DISK"),
            directory,
            Map.of("PINAUDIT_RUN", "outer", "PINAUDIT_SLOW_DISK", "outer"));
    assertEquals("/run-here /dev/vdx\n", output(command, Map.of("PINAUDIT_RUN", "/run-here")));
  }

  @Test
  void tellsTheStagesWhatToMount() {
    GuestSpec spec = GuestSpec.inDirectory(Path.of("/tmp/a'b")).withFileSystem(DaxFileSystem.XFS);
    String settings = GuestScript.settings(spec, Path.of("/usr/sbin/mkfs.xfs"), "<end>");
    assertTrue(settings.contains("LAB_RUN='/tmp/a'\\''b'\n"), settings);
    assertTrue(settings.contains("LAB_FS='xfs'\n"), settings);
    assertTrue(settings.contains("LAB_PMEM_KEPT=''\n"), settings);
    assertTrue(settings.contains("LAB_MKFS='/usr/sbin/mkfs.xfs'\n"), settings);
  }

  /** What the script prints when stage 2 runs it. */
  private String output(GuestCommand command, Map<String, String> labEnvironment)
      throws IOException, InterruptedException {
    Path script = directory.resolve("command");
    Files.writeString(script, GuestScript.command(command, labEnvironment));
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString());
    builder.environment().put("PINAUDIT_SLOW_DISK", "/dev/vdx");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
