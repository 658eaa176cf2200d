package io.pinaudit.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what somebody meant who has mistyped a word. */
final class Nearest {
  private static final int MOST_EDITS = 2;

  private Nearest() {}

  /**
   * Returns a question to put after the error.
   *
   * @param typed the word that is none of the known ones
   * @param known the words that it may have been meant to be
   * @return a question that names the most similar one; empty if none is similar
   */
  static String question(String typed, Stream<String> known) {
    return of(typed, known).map(word -> ": did you mean " + word + "?").orElse("");
  }

  /**
   * Returns the known word that takes the fewest edits, two at most and no more than half of it.
   */
  private static Optional<String> of(String typed, Stream<String> known) {
    return known
        .filter(word -> edits(typed, word) <= Math.min(MOST_EDITS, word.length() / 2))
        .min(Comparator.comparingInt(word -> edits(typed, word)));
  }

  /** Counts the letters to insert, to remove or to replace (Levenshtein). */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
