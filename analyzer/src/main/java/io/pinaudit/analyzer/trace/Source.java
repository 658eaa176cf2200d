package io.pinaudit.analyzer.trace;

/**
 * The place in an input where an event was read.
 *
 * @param file name of the input
 * @param line line number from 1; for a JFR recording, the number of the event among pinaudit's own
 *     events, in the order of the file; 0 if unknown
 */
public record Source(String file, long line) {
  @Override
  public String toString() {
    return line == 0 ? file : file + (file.endsWith(".jfr") ? "#" : ":") + line;
  }
}
