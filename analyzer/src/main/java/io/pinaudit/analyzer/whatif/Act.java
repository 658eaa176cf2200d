package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.trace.TraceEvent.Mapped;

/** The ways in which pages are taken from a file, as far as kernels differ in them. */
public enum Act {
  /** The file's layout changes: it is truncated, or a range of it is punched or collapsed. */
  TRUNCATE,
  /** The file is freed, because it lost its last name and its last user. */
  EVICT;

  /** Returns the name of the operation in {@code kernels.table}. */
  String operation(Mapped mapped) {
    return switch (this) {
      case EVICT -> "evict";
      case TRUNCATE ->
          switch (mapped) {
            case BY_SOMEBODY -> "truncate mapped";
            case BY_NOBODY -> "truncate unmapped";
            case UNKNOWN -> throw new IllegalArgumentException("two rows may apply");
          };
    };
  }
}
