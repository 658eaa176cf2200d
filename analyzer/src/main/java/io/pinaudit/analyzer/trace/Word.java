package io.pinaudit.analyzer.trace;

/** A constant that stands for one of the words which a field of the agent's events may have. */
public interface Word {
  /** Returns the word as events have it. */
  String word();
}
