package io.pinaudit.analyzer.jfr;

import java.util.Arrays;

/**
 * A type as the chunk's metadata describes it. Its fields are added once all types are known.
 *
 * <p>Confined to one thread.
 */
final class JfrType {
  /** The largest depth to which types may nest by value; the JDK's own reach three. */
  private static final int MOST_NESTED = 16;

  /** How a value of the type stands in the chunk. */
  enum Form {
    NUMBER,
    BYTE,
    FOUR_BYTES,
    EIGHT_BYTES,
    STRING,
    STRUCTURE,
    /** A number that names an entry of the type's pool. */
    REFERENCE,
    /** A count and as many values. */
    ARRAY
  }

  /**
   * One field.
   *
   * @param form how it stands in the chunk
   * @param element how each value of it does, which is the same but for an array
   */
  record Field(String name, JfrType type, Form form, Form element) {
    static Field of(String name, JfrType type, boolean pooled, boolean array) {
      Form element = pooled ? Form.REFERENCE : type.form;
      return new Field(name, type, array ? Form.ARRAY : element, element);
    }

    /** Steps over its value. */
    void skip(JfrCursor cursor) {
      skip(cursor, 0);
    }

    private void skip(JfrCursor cursor, int depth) {
      if (form == Form.ARRAY) {
        for (int left = cursor.count(); left > 0; left--) {
          type.skip(element, cursor, depth);
        }
      } else {
        type.skip(element, cursor, depth);
      }
    }
  }

  private final String name;
  private final Form form;
  private Field[] fields = {};

  JfrType(String name) {
    this.name = name;
    this.form =
        switch (name) {
          case "long", "int", "short", "char" -> Form.NUMBER;
          case "boolean", "byte" -> Form.BYTE;
          case "float" -> Form.FOUR_BYTES;
          case "double" -> Form.EIGHT_BYTES;
          case "java.lang.String" -> Form.STRING;
          default -> Form.STRUCTURE;
        };
  }

  void add(Field field) {
    fields = Arrays.copyOf(fields, fields.length + 1);
    fields[fields.length - 1] = field;
  }

  String name() {
    return name;
  }

  int fieldCount() {
    return fields.length;
  }

  Field field(int column) {
    return fields[column];
  }

  /** Returns the index of a field; -1 if the type has no such field. */
  int column(String field) {
    for (int i = 0; i < fields.length; i++) {
      if (fields[i].name().equals(field)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the index of a field; throws if the type has no such field. */
  int required(String field) {
    int column = column(field);
    if (column < 0) {
      throw new JfrDamage(name + " has no field '" + field + "'");
    }
    return column;
  }

  /** Returns the index of a field that is a number; throws if the type has no such field. */
  int requiredNumber(String field) {
    int column = required(field);
    if (fields[column].form() != Form.NUMBER) {
      throw new JfrDamage(name + " has a field '" + field + "' that is no number");
    }
    return column;
  }

  /** Steps over one value of this type. */
  void skip(JfrCursor cursor) {
    skip(form, cursor, 0);
  }

  private void skip(Form as, JfrCursor cursor, int depth) {
    switch (as) {
      case NUMBER, REFERENCE -> cursor.skipNumber();
      case BYTE -> cursor.skip(1);
      case FOUR_BYTES -> cursor.skip(4);
      case EIGHT_BYTES -> cursor.skip(8);
      case STRING -> cursor.skipString();
      case STRUCTURE, ARRAY -> skipFields(cursor, depth);
    }
  }

  /** Steps over the values of some consecutive fields of this type. */
  void skipFields(JfrCursor cursor, int from, int to) {
    for (int i = from; i < to; i++) {
      fields[i].skip(cursor, 0);
    }
  }

  private void skipFields(JfrCursor cursor, int depth) {
    if (depth > MOST_NESTED) {
      throw new JfrDamage("type " + name + " holds itself");
    }
    for (Field field : fields) {
      field.skip(cursor, depth + 1);
    }
  }

  boolean isString() {
    return form == Form.STRING;
  }
}
