package io.pinaudit.agent.meet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) into maps, lists, strings, doubles, booleans and null. The agent has a
 * reader of its own because it brings no library into the application, and the JDK has none.
 */
final class JsonText {
  private static final int MOST_NESTED = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonText(String text) {
    this.text = text;
  }

  /**
   * Parses a text as one JSON value.
   *
   * @throws IllegalArgumentException if the text is no JSON value; the message names the place
   */
  static Object parse(String text) {
    JsonText reader = new JsonText(text);
    Object value = reader.value();
    reader.skipBlanks();
    if (reader.at < text.length()) {
      throw reader.unexpected();
    }
    return value;
  }

  private Object value() {
    skipBlanks();
    char next = peek();
    if (next == '{' || next == '[') {
      if (depth == MOST_NESTED) {
        throw new IllegalArgumentException("more than " + MOST_NESTED + " levels");
      }
      depth++;
      Object value = next == '{' ? object() : array();
      depth--;
      return value;
    }
    return next == '"' ? string() : word();
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    if (!ends('}')) {
      do {
        skipBlanks();
        String name = string();
        expect(':');
        object.put(name, value());
      } while (continues('}'));
    }
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    at++;
    if (!ends(']')) {
      do {
        array.add(value());
      } while (continues(']'));
    }
    return array;
  }

  private boolean ends(char end) {
    skipBlanks();
    if (peek() == end) {
      at++;
      return true;
    }
    return false;
  }

  private boolean continues(char end) {
    if (ends(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private void expect(char wanted) {
    skipBlanks();
    if (peek() != wanted) {
      throw unexpected();
    }
    at++;
  }

  private String string() {
    if (peek() != '"') {
      throw unexpected();
    }
    at++;
    StringBuilder string = new StringBuilder();
    for (char next = peek(); next != '"'; next = peek()) {
      at++;
      string.append(next == '\\' ? escaped() : next);
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    char kind = peek();
    at++;
    return switch (kind) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> hexadecimal();
      default -> kind;
    };
  }

  private char hexadecimal() {
    if (at + 4 > text.length()) {
      throw unexpected();
    }
    at += 4;
    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
  }

  private Object word() {
    int from = at;
    while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(from, at);
    return switch (word) {
      case "true" -> true;
      case "false" -> false;
      case "null" -> null;
      default -> (Object) Double.valueOf(word);
    };
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw new IllegalArgumentException("ends at character " + at);
    }
    return text.charAt(at);
  }

  private IllegalArgumentException unexpected() {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new IllegalArgumentException("found " + found + " at character " + at);
  }
}
