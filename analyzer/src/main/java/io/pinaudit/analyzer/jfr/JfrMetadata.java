package io.pinaudit.analyzer.jfr;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The types of one chunk, by the numbers that its events and pools use for them.
 *
 * <p>The metadata event is a table of strings and a tree of elements with attributes, all of them
 * given as numbers of strings: {@code <class id= name=><field name= class= constantPool=
 * dimension=/>}.
 *
 * <p>Confined to one thread.
 */
final class JfrMetadata {
  private static final int MOST_NESTED = 32;

  private final Map<Long, JfrType> types = new HashMap<>();

  private record Element(String name, Map<String, String> attributes, List<Element> children) {
    long number(String attribute) {
      try {
        return Long.parseLong(attributes.getOrDefault(attribute, ""));
      } catch (NumberFormatException _) {
        throw new JfrDamage("metadata: <" + name + "> without a number as " + attribute);
      }
    }
  }

  /** Reads the metadata event that the cursor stands at. */
  static JfrMetadata read(JfrCursor cursor) {
    cursor.number(); // size
    if (cursor.number() != 0) {
      throw new JfrDamage("no metadata where the header says");
    }
    cursor.number(); // start
    cursor.number(); // duration
    cursor.number(); // id
    String[] strings = new String[cursor.count()];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = cursor.string(JfrPools.NONE);
    }
    JfrMetadata metadata = new JfrMetadata();
    metadata.define(element(cursor, strings, 0));
    return metadata;
  }

  private static Element element(JfrCursor cursor, String[] strings, int depth) {
    if (depth > MOST_NESTED) {
      throw new JfrDamage("metadata nested deeper than " + MOST_NESTED);
    }
    String name = string(cursor, strings);
    Map<String, String> attributes = new HashMap<>();
    int attributeCount = cursor.count();
    for (int i = 0; i < attributeCount; i++) {
      String key = string(cursor, strings);
      attributes.put(key, string(cursor, strings));
    }
    List<Element> children = new ArrayList<>();
    int childCount = cursor.count();
    for (int i = 0; i < childCount; i++) {
      children.add(element(cursor, strings, depth + 1));
    }
    return new Element(name, attributes, children);
  }

  private static String string(JfrCursor cursor, String[] strings) {
    long index = cursor.number();
    if (index < 0 || index >= strings.length) {
      throw new JfrDamage("metadata: string " + index + " of " + strings.length);
    }
    return String.valueOf(strings[(int) index]);
  }

  private void define(Element root) {
    List<Element> classes =
        root.children().stream()
            .filter(child -> child.name().equals("metadata"))
            .flatMap(metadata -> metadata.children().stream())
            .filter(child -> child.name().equals("class"))
            .toList();
    for (Element type : classes) {
      types.put(type.number("id"), new JfrType(type.attributes().getOrDefault("name", "")));
    }
    for (Element type : classes) {
      JfrType owner = types.get(type.number("id"));
      for (Element child : type.children()) {
        if (child.name().equals("field")) {
          owner.add(field(child));
        }
      }
    }
  }

  private JfrType.Field field(Element element) {
    Map<String, String> attributes = element.attributes();
    return JfrType.Field.of(
        attributes.getOrDefault("name", ""),
        type(element.number("class")),
        "true".equals(attributes.get("constantPool")),
        "1".equals(attributes.get("dimension")));
  }

  /** Returns the types whose names are wanted, by their numbers. */
  Map<Long, JfrType> types(Predicate<String> wanted) {
    Map<Long, JfrType> chosen = new HashMap<>(types);
    chosen.values().removeIf(type -> !wanted.test(type.name()));
    return chosen;
  }

  /** Returns the type with a number. */
  JfrType type(long id) {
    JfrType type = types.get(id);
    if (type == null) {
      throw new JfrDamage("type " + id + " is not in the metadata");
    }
    return type;
  }
}
