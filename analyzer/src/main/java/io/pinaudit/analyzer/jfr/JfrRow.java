package io.pinaudit.analyzer.jfr;

/**
 * The fields of one event, or of one entry of a pool: numbers, references, flags and strings.
 * Structures, arrays and floating-point numbers are skipped.
 */
final class JfrRow {
  private final JfrType type;
  private final long[] numbers;
  private final String[] texts;

  /** Makes a row without values. */
  JfrRow(JfrType type) {
    this.type = type;
    this.numbers = new long[type.fieldCount()];
    this.texts = new String[numbers.length];
  }

  /** Reads the values that the cursor is at, in place of those that the row had; returns it. */
  JfrRow read(JfrCursor cursor, JfrPools pools) {
    for (int i = 0; i < numbers.length; i++) {
      JfrType.Field field = type.field(i);
      switch (field.form()) {
        case NUMBER -> numbers[i] = cursor.number();
        case BYTE -> numbers[i] = cursor.single();
        case STRING -> texts[i] = cursor.string(pools);
        case REFERENCE -> {
          numbers[i] = cursor.number();
          texts[i] = field.type().isString() ? pools.string(numbers[i]) : null;
        }
        case FOUR_BYTES, EIGHT_BYTES, STRUCTURE, ARRAY -> field.skip(cursor);
      }
    }
    return this;
  }

  /** Returns a number, a flag or a reference. */
  long number(String field) {
    return numbers[type.required(field)];
  }

  /** Returns the number, flag or reference in a column. */
  long number(int column) {
    return numbers[column];
  }

  /** Returns a string, or null. */
  String text(String field) {
    return texts[type.required(field)];
  }

  /** Returns the string in a column, or null. */
  String text(int column) {
    return texts[column];
  }

  /** Returns what {@link #number} does; 0 if the row, an entry of a pool, lacks the field. */
  long numberOrZero(String field) {
    return has(field) ? number(field) : 0;
  }

  /** Returns what {@link #text} does; empty if the row, an entry of a pool, lacks the field. */
  String textOrEmpty(String field) {
    String text = has(field) ? text(field) : null;
    return text == null ? "" : text;
  }

  boolean has(String field) {
    return type.column(field) >= 0;
  }
}
