package io.pinaudit.lab.guest;

import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What to run in the guest.
 *
 * @param words the program and its arguments, looked up in the guest's {@code PATH}
 * @param workingDirectory the folder to run it in; the same path as on this machine
 * @param environment its environment, without what the guest itself adds
 */
public record GuestCommand(
    List<String> words, Path workingDirectory, Map<String, String> environment) {
  private static final Pattern INHERITED =
      Pattern.compile(
          "PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|LANG|LANGUAGE|LC_[A-Z]+|CLASSPATH|JAVA_HOME|JDK_HOME"
              + "|JAVA_OPTS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|PINAUDIT_[A-Z0-9_]+");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  public GuestCommand {
    if (words.isEmpty()) {
      throw new UsageException("lab: no command: pinaudit lab [options] -- COMMAND…");
    }
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
    for (String name : environment.keySet()) {
      if (!VARIABLE.matcher(name).matches()) {
        throw new UsageException("lab: '" + name + "' is no name for an environment variable");
      }
    }
  }

  /**
   * Returns a command with this process's folder and the part of its environment that makes sense
   * in the guest.
   */
  public static GuestCommand asHere(List<String> words) {
    return new GuestCommand(words, Path.of("").toAbsolutePath(), inherited(System.getenv()));
  }

  /** Returns the same command with one more environment variable. */
  public GuestCommand withEnvironment(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new GuestCommand(words, workingDirectory, more);
  }

  /**
   * Returns the part of an environment that makes sense in the guest: search paths, locale, and
   * variables of Java and pinaudit; no tokens, displays or sockets of agents.
   */
  public static Map<String, String> inherited(Map<String, String> environment) {
    Map<String, String> kept = new TreeMap<>(environment);
    kept.keySet().removeIf(name -> !INHERITED.matcher(name).matches());
    return kept;
  }
}
