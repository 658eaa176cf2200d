package io.pinaudit.analyzer.jfr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A type as the chunk's metadata describes it. Its fields are added once all types are known.
 *
 * <p>Confined to one thread.
 */
final class JfrType {
  /** Types may not nest deeper by value: the JDK's own reach three. */
  private static final int MOST_NESTED = 16;

  /** How a value of the type stands in the chunk. */
  enum Form {
    NUMBER,
    BYTE,
    FOUR_BYTES,
    EIGHT_BYTES,
    STRING,
    STRUCTURE
  }

  /**
   * One field.
   *
   * @param pooled the chunk has a reference to the type's pool in its place
   * @param array a count and as many values
   */
  record Field(String name, JfrType type, boolean pooled, boolean array) {}

  private final String name;
  private final Form form;
  private final List<Field> fields = new ArrayList<>();
  private final Map<String, Integer> columns = new HashMap<>();

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
    columns.putIfAbsent(field.name(), fields.size());
    fields.add(field);
  }

  String name() {
    return name;
  }

  List<Field> fields() {
    return fields;
  }

  /** The field's place among the fields, or -1. */
  int column(String field) {
    return columns.getOrDefault(field, -1);
  }

  /** Steps over one value of this type. */
  void skip(JfrCursor cursor) {
    skip(cursor, 0);
  }

  private void skip(JfrCursor cursor, int depth) {
    if (depth > MOST_NESTED) {
      throw new JfrDamage("type " + name + " holds itself");
    }
    switch (form) {
      case NUMBER -> cursor.number();
      case BYTE -> cursor.skip(1);
      case FOUR_BYTES -> cursor.skip(4);
      case EIGHT_BYTES -> cursor.skip(8);
      case STRING -> cursor.skipString();
      case STRUCTURE -> {
        for (Field field : fields) {
          skip(field, cursor, depth + 1);
        }
      }
    }
  }

  static void skip(Field field, JfrCursor cursor) {
    skip(field, cursor, 0);
  }

  private static void skip(Field field, JfrCursor cursor, int depth) {
    int count = field.array() ? cursor.count() : 1;
    for (int i = 0; i < count; i++) {
      if (field.pooled()) {
        cursor.number();
      } else {
        field.type().skip(cursor, depth);
      }
    }
  }

  boolean isNumber() {
    return form == Form.NUMBER;
  }

  boolean isByte() {
    return form == Form.BYTE;
  }

  boolean isString() {
    return form == Form.STRING;
  }
}
