package io.pinaudit.analyzer.rule;

import java.util.Locale;

/**
 * Kinds of evidence, as the probe sets of the recorder name them; {@link #CALLS} alone is the
 * agent's.
 */
public enum Evidence {
  /** References taken on pages. */
  PINS,
  /** References dropped. */
  DROPS,
  /** Pages that a bio takes and releases. */
  BIOS,
  /** Pages that a pipe takes and releases. */
  PIPES,
  /** Blocks freed. */
  FREES,
  /** Blocks allocated. */
  ALLOCATIONS,
  /** Truncates waiting for pins. */
  WAITS,
  /** Pages removed from the page cache. */
  REMOVALS,
  /** Hooked calls of a JVM. */
  CALLS;

  /** The name in probe sets and {@code run.json}. */
  public String probeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
