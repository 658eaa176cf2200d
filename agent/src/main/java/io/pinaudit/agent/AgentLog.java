package io.pinaudit.agent;

import io.pinaudit.agent.table.BadOptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes what the agent has to say besides events to a file, if the user named one; otherwise
 * discards it.
 */
final class AgentLog {
  private final Path file;

  private AgentLog(Path file) {
    this.file = file;
  }

  /**
   * Returns a log that appends to a file.
   *
   * @param file the file to append to; null to discard everything
   */
  static AgentLog to(String file) throws BadOptionException {
    if (file == null) {
      return new AgentLog(null);
    }
    try {
      AgentLog log = new AgentLog(Path.of(file));
      log.append("");
      return log;
    } catch (IOException | InvalidPathException e) {
      throw new BadOptionException("option log: cannot write \"" + file + "\": " + e);
    }
  }

  /** Adds a line. */
  void say(String line) {
    try {
      append("pinaudit agent: " + line + System.lineSeparator());
    } catch (IOException e) {
      // A full disk must not reach the application, and there is no other place to tell.
      return;
    }
  }

  private void append(String text) throws IOException {
    if (file != null) {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
