package io.pinaudit.linux.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code format} file of tracefs.
 *
 * @param name of the event
 * @param id its number in the ring buffer
 * @param fields without the common ones that every event starts with
 * @param print how the kernel prints it; empty if that uses C which is not understood here
 */
public record EventFormat(String name, int id, List<Field> fields, Optional<PrintFormat> print) {
  private static final Pattern FIELD =
      Pattern.compile(
          "\\s*field:(?<declaration>[^;]*);\\s*offset:(?<offset>\\d{1,9});\\s*size:(?<size>\\d{1,9});"
              + "(?:\\s*signed:(?<signed>[01]);)?.*");
  private static final Pattern DECLARATION =
      Pattern.compile("(?<type>.*?)(?<name>\\w+)\\s*(?<array>\\[[^]]*])?\\s*");
  private static final String PRINT = "print fmt: ";

  /**
   * A field of an event.
   *
   * @param type its C type, as the kernel writes it
   * @param name its name
   * @param offsetBytes from the start of the event's data
   * @param sizeBytes of the whole field
   * @param signed whether it is a signed number
   * @param array whether it is an array in place
   */
  public record Field(
      String type, String name, int offsetBytes, int sizeBytes, boolean signed, boolean array) {
    /** Returns whether the field holds only the place and the length of its data in the event. */
    public boolean dataLocation() {
      return type.startsWith("__data_loc");
    }

    /** Returns whether that place counts from the end of the field. */
    public boolean relativeLocation() {
      return type.startsWith("__rel_loc");
    }
  }

  /**
   * Parses the text of a format file.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static EventFormat parse(String text) {
    String name = null;
    int id = -1;
    List<Field> fields = new ArrayList<>();
    Optional<PrintFormat> print = Optional.empty();
    for (String line : text.lines().toList()) {
      if (line.startsWith("name: ")) {
        name = line.substring("name: ".length()).strip();
      } else if (line.startsWith("ID: ")) {
        id = Integer.parseInt(line.substring("ID: ".length()).strip());
      } else if (line.startsWith(PRINT)) {
        print = print(text.substring(text.indexOf(PRINT) + PRINT.length()));
        break;
      } else if (line.contains("field:")) {
        field(line).ifPresent(fields::add);
      }
    }
    if (name == null || id < 0) {
      throw new IllegalArgumentException("no name or no ID in the format of an event");
    }
    return new EventFormat(name, id, List.copyOf(fields), print);
  }

  private static Optional<Field> field(String line) {
    Matcher field = FIELD.matcher(line);
    if (!field.matches()) {
      throw new IllegalArgumentException("not a field: " + line.strip());
    }
    Matcher declaration = DECLARATION.matcher(field.group("declaration").strip());
    if (!declaration.matches()) {
      throw new IllegalArgumentException("not a declaration: " + line.strip());
    }
    String name = declaration.group("name");
    return name.startsWith("common_")
        ? Optional.empty()
        : Optional.of(
            new Field(
                declaration.group("type").strip(),
                name,
                Integer.parseInt(field.group("offset")),
                Integer.parseInt(field.group("size")),
                "1".equals(field.group("signed")),
                declaration.group("array") != null));
  }

  private static Optional<PrintFormat> print(String text) {
    try {
      return Optional.of(PrintFormat.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
