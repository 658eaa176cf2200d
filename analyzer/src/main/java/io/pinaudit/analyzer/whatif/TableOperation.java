package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.Locale;
import java.util.Optional;

/**
 * An operation on pinned pages, as {@code kernels.table} names it: {@code truncate mapped, direct
 * I/O}.
 *
 * @param kind what is done
 * @param mapped whether anybody has the file mapped; {@link Mapped#UNKNOWN} if that makes no
 *     difference
 * @param direct whether the row is about pins of direct I/O alone
 */
public record TableOperation(Kind kind, Mapped mapped, boolean direct) {
  private static final String DIRECT = ", direct I/O";

  /** What is done. */
  public enum Kind {
    /** The layout of a file changes. */
    TRUNCATE,
    /** A file is freed. */
    EVICT,
    /** A program asks for a long-term pin. */
    LONGTERM,
    /** The range of a direct I/O is taken from its file. */
    STORAGE,
    /** A mapping is accessed beyond the end of its file. */
    FAULT;

    /** Returns the first word of the operation in the table. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the operation of a taking. */
  static TableOperation of(Act act, Mapped mapped) {
    return switch (act) {
      case EVICT -> new TableOperation(Kind.EVICT, Mapped.UNKNOWN, false);
      case TRUNCATE ->
          switch (mapped) {
            case BY_SOMEBODY, BY_NOBODY -> new TableOperation(Kind.TRUNCATE, mapped, false);
            case UNKNOWN -> throw new IllegalArgumentException("two rows may apply");
          };
    };
  }

  /** Returns the operation of a text of the table; empty if it is none. */
  static Optional<TableOperation> parse(String text) {
    for (Kind kind : Kind.values()) {
      for (Mapped mapped : Mapped.values()) {
        for (boolean direct : new boolean[] {false, true}) {
          TableOperation one = new TableOperation(kind, mapped, direct);
          boolean says = mapped != Mapped.UNKNOWN;
          if (says == (kind == Kind.TRUNCATE) && one.toString().equals(text)) {
            return Optional.of(one);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the same operation on pins of direct I/O alone. */
  TableOperation onDirect() {
    return new TableOperation(kind, mapped, true);
  }

  /** Returns what the operation says of the file and of the pins; empty if nothing. */
  public String condition() {
    String file =
        switch (mapped) {
          case BY_SOMEBODY -> "mapped";
          case BY_NOBODY -> "unmapped";
          case UNKNOWN -> "";
        };
    return direct ? file + DIRECT : file;
  }

  @Override
  public String toString() {
    String condition = condition();
    return condition.isEmpty() || condition.startsWith(",")
        ? kind.word() + condition
        : kind.word() + " " + condition;
  }
}
