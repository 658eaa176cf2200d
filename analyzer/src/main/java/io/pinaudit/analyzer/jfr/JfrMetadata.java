package io.pinaudit.analyzer.jfr;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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

  /** The elements that describe types, from the root on; all others are for people. */
  private static final Set<String> TAGS = Set.of("root", "metadata", "class", "field");

  private final LongIndex ids = new LongIndex();
  private final List<JfrType> types = new ArrayList<>();

  /** An element of the tree, with those of its attributes that types are made of. */
  private static final class Element {
    private final String tag;
    private final List<Element> children = new ArrayList<>();
    private String name = "";
    private String id = "";
    private String type = "";
    private String pooled = "";
    private String dimension = "";

    Element(String tag) {
      this.tag = tag;
    }

    /** Returns the children that have a tag. */
    List<Element> children(String wanted) {
      List<Element> found = new ArrayList<>(children.size());
      for (Element child : children) {
        if (child.tag.equals(wanted)) {
          found.add(child);
        }
      }
      return found;
    }

    long id() {
      return number("id", id);
    }

    long type() {
      return number("class", type);
    }

    private long number(String attribute, String value) {
      try {
        return Long.parseLong(value);
      } catch (NumberFormatException _) {
        throw new JfrDamage("metadata: <" + tag + "> without a number as " + attribute);
      }
    }
  }

  /**
   * Reads the table and the tree. A string is decoded when it is wanted: most are labels and
   * descriptions.
   */
  private static final class Tree {
    private final JfrCursor cursor;
    private final JfrCursor table; // strings stand in the order in which the tree names them
    private final int[] places;
    private final String[] strings;

    /** Notes where the strings stand that the cursor is at. */
    Tree(JfrCursor cursor) {
      this.cursor = cursor;
      this.table = cursor.another();
      this.places = new int[cursor.count()];
      this.strings = new String[places.length];
      for (int i = 0; i < places.length; i++) {
        places[i] = cursor.position();
        cursor.skipString();
      }
    }

    /** Reads the root, and the elements within it that describe types. */
    Element root() {
      return element(string(index()), 0);
    }

    /** Reads the element that has a tag, which has been read. */
    private Element element(String tag, int depth) {
      Element element = new Element(tag);
      int attributeCount = cursor.count();
      for (int i = 0; i < attributeCount; i++) {
        attribute(element, string(index()), index());
      }
      int childCount = cursor.count();
      for (int i = 0; i < childCount; i++) {
        child(element, depth + 1);
      }
      return element;
    }

    private void child(Element parent, int depth) {
      checkDepth(depth);
      String tag = string(index());
      if (TAGS.contains(tag)) {
        parent.children.add(element(tag, depth));
      } else {
        skip(depth);
      }
    }

    private static void checkDepth(int depth) {
      if (depth > MOST_NESTED) {
        throw new JfrDamage("metadata nested deeper than " + MOST_NESTED);
      }
    }

    /** Steps over an element, whose tag has been read. */
    private void skip(int depth) {
      checkDepth(depth);
      for (int left = cursor.count(); left > 0; left--) {
        cursor.skipNumber();
        cursor.skipNumber();
      }
      for (int left = cursor.count(); left > 0; left--) {
        cursor.skipNumber();
        skip(depth + 1);
      }
    }

    private void attribute(Element element, String attribute, int value) {
      switch (attribute) {
        case "name" -> element.name = string(value);
        case "id" -> element.id = string(value);
        case "class" -> element.type = string(value);
        case "constantPool" -> element.pooled = string(value);
        case "dimension" -> element.dimension = string(value);
        default -> {} // is for people
      }
    }

    private int index() {
      long index = cursor.number();
      if (index < 0 || index >= strings.length) {
        throw new JfrDamage("metadata: string " + index + " of " + strings.length);
      }
      return (int) index;
    }

    private String string(int index) {
      if (strings[index] == null) {
        strings[index] = String.valueOf(table.at(places[index]).string(JfrPools.NONE));
      }
      return strings[index];
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
    JfrMetadata metadata = new JfrMetadata();
    metadata.define(new Tree(cursor).root());
    return metadata;
  }

  private void define(Element root) {
    List<Element> classes =
        root.children("metadata").stream()
            .flatMap(metadata -> metadata.children("class").stream())
            .toList();
    for (Element type : classes) {
      if (ids.add(type.id()) == types.size()) {
        types.add(new JfrType(type.name));
      }
    }
    for (Element type : classes) {
      JfrType owner = type(type.id());
      type.children("field").forEach(field -> owner.add(field(field)));
    }
  }

  private JfrType.Field field(Element element) {
    return JfrType.Field.of(
        element.name,
        type(element.type()),
        element.pooled.equals("true"),
        element.dimension.equals("1"));
  }

  /** Returns how many types there are. */
  int size() {
    return types.size();
  }

  /** Returns the index of the type with a number. */
  int index(long id) {
    int index = ids.find(id);
    if (index == LongIndex.ABSENT) {
      throw new JfrDamage("type " + id + " is not in the metadata");
    }
    return index;
  }

  /** Returns the type with a number. */
  JfrType type(long id) {
    return types.get(index(id));
  }
}
