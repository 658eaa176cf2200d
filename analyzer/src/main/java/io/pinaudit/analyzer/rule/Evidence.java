package io.pinaudit.analyzer.rule;

import java.util.Locale;

/** Kinds of evidence, as the probe sets of the recorder name them. */
public enum Evidence {
  /** References taken on pages. */
  PINS,
  /** References dropped. */
  DROPS,
  /** Blocks freed. */
  FREES,
  /** Blocks allocated. */
  ALLOCATIONS,
  /** Truncates waiting for pins. */
  WAITS;

  /** The name in probe sets and {@code run.json}. */
  public String probeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
