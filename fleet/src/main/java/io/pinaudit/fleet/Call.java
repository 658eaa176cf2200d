package io.pinaudit.fleet;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;

/**
 * The words and options that the user typed.
 *
 * @param name verb and action
 * @param words the words that follow the action, without options
 * @param line the options
 * @param console where to write
 */
record Call(String name, List<String> words, CommandLine line, Console console) {
  /** Returns the folder of tables that the first word names. */
  Path tables() {
    if (words.isEmpty()) {
      throw new UsageException(name + ": name the folder of the tables");
    }
    return Path.of(words.getFirst());
  }

  /** Throws unless there is the expected number of words. */
  void expect(int count, String what) {
    if (words.size() != count) {
      throw new UsageException(name + ": found " + words + ", expected " + what);
    }
  }
}
