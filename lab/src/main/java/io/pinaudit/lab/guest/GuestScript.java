package io.pinaudit.lab.guest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes what the guest's shell reads: settings for its two stages, and the command. */
final class GuestScript {
  private GuestScript() {}

  /** Returns the assignments that both stages read. */
  static String settings(GuestSpec spec, Path mkfs, String endMark) {
    return assignments(
        "",
        new TreeMap<>(
            Map.of(
                "LAB_RUN", spec.runDirectory().toString(),
                "LAB_PMEM", spec.hardware().pmem().label(),
                "LAB_PMEM_KEPT", spec.hardware().pmemFile().isPresent() ? "yes" : "",
                "LAB_FS", spec.fileSystem().label(),
                "LAB_MKFS", mkfs.toString(),
                "LAB_SLOW_DISK", SlowDisk.SERIAL,
                "LAB_END", endMark)));
  }

  /** Returns a script that enters the folder, sets the environment and executes the command. */
  static String command(GuestCommand command, Map<String, String> labEnvironment) {
    Map<String, String> environment = new TreeMap<>(command.environment());
    environment.putAll(labEnvironment);
    // Stage 2 sets it, because only the guest knows the device.
    environment.remove("PINAUDIT_SLOW_DISK");
    String directory = quote(command.workingDirectory().toString());
    return assignments("export ", environment)
        + "cd "
        + directory
        + " || exit 125\nexec "
        + command.words().stream().map(GuestScript::quote).collect(Collectors.joining(" "))
        + "\n";
  }

  private static String assignments(String prefix, Map<String, String> values) {
    List<String> lines =
        values.entrySet().stream()
            .map(entry -> prefix + entry.getKey() + "=" + quote(entry.getValue()) + "\n")
            .toList();
    return String.join("", lines);
  }

  /** Quotes a text so that a POSIX shell takes it for one word. */
  static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
