package io.pinaudit.analyzer.trace;

/**
 * Where an event was read.
 *
 * @param file name of the input
 * @param line line number from 1; 0 for inputs without lines
 */
public record Source(String file, long line) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
