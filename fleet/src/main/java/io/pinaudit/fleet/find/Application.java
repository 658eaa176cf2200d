package io.pinaudit.fleet.find;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names the application that was recorded, so that two programs are told apart. */
final class Application {
  private static final String NAME = "app.name";

  /** Options of the java launcher whose value is the next word. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--limit-modules",
          "--patch-module",
          "--source");

  private Application() {}

  /**
   * Returns the label {@code app.name}, else the main class or jar of a java command, else the
   * command's first word without its folder; {@code unknown} if there is none.
   */
  static String of(Map<String, String> labels, List<String> command) {
    String label = labels.get(NAME);
    if (label != null && !label.isBlank()) {
      return label;
    }
    if (command.isEmpty()) {
      return "unknown";
    }
    String program = withoutFolder(command.getFirst());
    return program.equals("java") ? main(command.subList(1, command.size())) : program;
  }

  private static String main(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if ((word.equals("-jar") || word.equals("-m") || word.equals("--module"))
          && i + 1 < words.size()) {
        return withoutFolder(words.get(i + 1));
      }
      if (WITH_VALUE.contains(word)) {
        i++;
      } else if (!word.startsWith("-") && !word.startsWith("@")) {
        return withoutFolder(word);
      }
    }
    return "java";
  }

  private static String withoutFolder(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
