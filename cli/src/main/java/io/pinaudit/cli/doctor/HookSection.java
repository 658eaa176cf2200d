package io.pinaudit.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reports the state of each of the agent's hooks in one JDK; starts a JVM of that JDK with the
 * agent to find out.
 */
final class HookSection implements Section {
  // pinaudit agent: hook "FileChannel.map" installed, 1 methods
  // pinaudit agent: hook "Linker.downcallHandle" absent, 0 methods (needs JDK 22)
  private static final Pattern HOOK =
      Pattern.compile("pinaudit agent: hook \"(.*)\" (\\w+), (\\d+) methods(?: \\((.*)\\))?");

  private final Path home;
  private final Path agent;

  HookSection(Path home, Path agent) {
    this.home = home;
    this.agent = agent;
  }

  @Override
  public String title() {
    return "Hooks in " + home;
  }

  @Override
  public List<Check> checks() throws IOException {
    Path java = home.resolve("bin/java");
    if (!Files.isExecutable(java)) {
      return List.of(Check.missing("no " + java));
    }
    Path log = Files.createTempFile("pinaudit", ".log");
    try {
      Process process =
          new ProcessBuilder(java.toString(), "-javaagent:" + agent + "=log=" + log, "-version")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      List<Check> checks = checks(Files.readAllLines(log));
      return checks.isEmpty()
          ? List.of(Check.missing("the agent does not start: " + said.strip()))
          : checks;
    } finally {
      Files.delete(log);
    }
  }

  static List<Check> checks(List<String> log) {
    List<Check> checks = new ArrayList<>();
    for (String line : log) {
      Matcher hook = HOOK.matcher(line);
      if (hook.matches()) {
        checks.add(check(hook.group(1), hook.group(2), hook.group(3), hook.group(4)));
      }
    }
    return checks;
  }

  private static Check check(String name, String state, String methods, String reason) {
    String text = "%-32s %-9s %2s".formatted(name, state, methods);
    String line = reason == null ? text : text + "  " + reason;
    return switch (state) {
      case "installed", "awaited" -> Check.ok(line);
      case "failed" -> Check.missing(line);
      default -> Check.note(line);
    };
  }
}
