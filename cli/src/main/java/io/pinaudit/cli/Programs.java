package io.pinaudit.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds programs as a shell would. Safe for any thread. */
public final class Programs {
  private Programs() {}

  /**
   * Returns the executable files of a name, in the order of their folders.
   *
   * @param path the folders, separated by colons, as in the variable PATH
   */
  public static Stream<Path> named(String name, String path) {
    return Stream.of(path.split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }

  /** Returns whether there is a program: a path to one, or a name that this process's PATH has. */
  public static boolean exists(String command) {
    return command.contains("/")
        ? Files.isExecutable(Path.of(command))
        : named(command, System.getenv().getOrDefault("PATH", "")).findAny().isPresent();
  }
}
