package io.pinaudit.analyzer.whatif;

/** The ways in which pages are taken from a file, as far as kernels differ in them. */
public enum Act {
  /** The file's layout changes: it is truncated, or a range of it is punched or collapsed. */
  TRUNCATE,
  /** The file is freed, because it lost its last name and its last user. */
  EVICT
}
