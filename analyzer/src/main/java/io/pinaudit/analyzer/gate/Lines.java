package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small text files that people edit. */
final class Lines {
  private static final long MOST_BYTES = 16 << 20;
  private static final int SHOWN_CHARACTERS = 80;

  /** Which some editors write before the first line. */
  private static final String MARK = "\uFEFF";

  private Lines() {}

  static List<String> of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": error: a directory, expected a text file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new InputException(file + ":1: error: larger than 16 MiB, expected a small text file");
    }
    try {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (!lines.isEmpty() && lines.getFirst().startsWith(MARK)) {
        lines.set(0, lines.getFirst().substring(MARK.length()));
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new InputException(file + ":1: error: not UTF-8 text");
    }
  }

  /** Returns whether a line is neither blank nor a comment. */
  static boolean says(String line) {
    return !line.isBlank() && !line.strip().startsWith("#");
  }

  /** Returns a line as an error message may quote it. */
  static String shown(String line) {
    String cut =
        line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "…" : line;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
