package io.pinaudit.lab.matrix;

import io.pinaudit.lab.matrix.MatrixTruth.Kind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of a half of the truth table: {@code lab/matrix.d/cases} or {@code
 * lab/matrix.d/cached/cases}, whose heads explain it.
 *
 * @param line the line as it stands there
 * @param name all its fields except the last, joined by slashes
 * @param fileSystem its second field
 * @param construction what can be true by construction
 */
public record MatrixCase(String line, String name, String fileSystem, Construction construction) {
  private static final int FIELDS = 7;

  /**
   * What a case does to pinned pages by construction. A truth that the construction does not allow
   * is a fault of the case itself.
   */
  enum Construction {
    /** The case frees pinned blocks. */
    PINNED,
    /**
     * The case changes a file with pins, but its pinned pages may stay: it frees others, or moves
     * these.
     */
    SPARED,
    /** Nothing is pinned when the case frees. */
    CLEAR,
    /** The case takes pinned pages of the page cache from their file. */
    CACHED,
    /** The case has somebody cut a file below a mapping. */
    CUT,
    /** The case gives memory away that a request still writes to. */
    LENT,
    /** The case touches a page that the file system has no room for. */
    SPARSE,
    /** The case registers memory of a file with a device. */
    REGISTERED;

    boolean allows(Kind kind) {
      return truths().contains(kind);
    }

    private Set<Kind> truths() {
      return switch (this) {
        case PINNED -> EnumSet.of(Kind.FOREIGN, Kind.FREED, Kind.WAITED, Kind.HUNG);
        case SPARED -> EnumSet.of(Kind.NOTHING, Kind.WAITED, Kind.ORPHANED);
        case CLEAR -> EnumSet.of(Kind.NOTHING);
        case CACHED -> EnumSet.of(Kind.ORPHANED);
        case CUT -> EnumSet.of(Kind.FAULTS);
        case LENT -> EnumSet.of(Kind.OVERWRITTEN);
        case SPARSE -> EnumSet.of(Kind.UNBACKED);
        case REGISTERED ->
            EnumSet.of(Kind.REFUSED, Kind.GRANTED, Kind.LOST, Kind.ORPHANED, Kind.NOTHING);
      };
    }
  }

  /** Reads all cases of a table, in its order. */
  public static List<MatrixCase> read(Path table) throws IOException {
    List<MatrixCase> cases = new ArrayList<>();
    int number = 0;
    for (String line : lines(table)) {
      number++;
      String[] fields = line.replaceFirst("#.*", "").strip().split("\\s+");
      if (!fields[0].isEmpty()) {
        try {
          cases.add(of(line, fields));
        } catch (IllegalArgumentException e) {
          throw new IOException(table + ":" + number + ": error: " + e.getMessage(), e);
        }
      }
    }
    return cases;
  }

  private static List<String> lines(Path table) throws IOException {
    try {
      return Files.readAllLines(table);
    } catch (CharacterCodingException e) {
      throw new IOException(table + ":1: error: not UTF-8 text", e);
    }
  }

  private static MatrixCase of(String line, String... fields) {
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException(fields.length + " fields, expected " + FIELDS);
    }
    String name = String.join("/", List.of(fields).subList(0, FIELDS - 1));
    return new MatrixCase(line, name, fields[1], construction(fields[FIELDS - 1]));
  }

  private static Construction construction(String word) {
    return Arrays.stream(Construction.values())
        .filter(one -> one.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "found '" + word + "', expected one of " + List.of(Construction.values())));
  }

  /**
   * Returns the same case on ext4 without DAX: from its run it can be told what would happen with
   * DAX. Empty for a case that needs DAX, or that Java does not run.
   */
  public Optional<MatrixCase> withoutDax() {
    if (!name.startsWith("java/ext4-dax/") || name.endsWith("/same-block-elsewhere")) {
      return Optional.empty();
    }
    Construction without = construction == Construction.PINNED ? Construction.CACHED : construction;
    return Optional.of(
        new MatrixCase(
            line.replaceFirst("ext4-dax", "ext4")
                .replaceFirst("pinned *$", without.name().toLowerCase(Locale.ROOT)),
            name.replaceFirst("ext4-dax", "ext4"),
            "ext4",
            without));
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Returns whether the name matches a pattern in which {@code *} stands for any characters and
   * {@code ?} for one.
   */
  public boolean matches(String glob) {
    return Pattern.matches(
        ("\\Q" + glob + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"), name);
  }
}
