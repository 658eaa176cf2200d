package io.pinaudit.lab.cases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One line of the truth table: {@code java ext4-dax vmsplice unmapped late Files.delete pinned}.
 *
 * @param program who runs it: {@code java} or {@code c}
 * @param fileSystem where
 * @param pin how the pages are pinned
 * @param mapping whether they are still mapped when they are freed: {@code kept} or {@code
 *     unmapped}
 * @param drop when the pin is dropped: {@code before} the free, or {@code late}
 * @param free how they are freed
 * @param construction what this is by construction: {@code pinned}, {@code spared}, {@code clear}
 *     or {@code cached}
 */
record MatrixRow(
    String program,
    String fileSystem,
    String pin,
    String mapping,
    String drop,
    String free,
    String construction) {
  /** Returns the lines of a table that are for Java. */
  static List<MatrixRow> ofJava(Path table) throws IOException {
    List<MatrixRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(table)) {
      String[] fields = line.replaceFirst("#.*", "").strip().split("\\s+");
      if (fields.length == 7 && fields[0].equals("java")) {
        rows.add(
            new MatrixRow(
                fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]));
      }
    }
    return rows;
  }

  String name() {
    return String.join(
        "/", Stream.of(program, fileSystem, pin, mapping, drop, free).toArray(String[]::new));
  }

  boolean isDax() {
    return fileSystem.endsWith("-dax");
  }

  boolean isUnmapped() {
    return mapping.equals("unmapped");
  }

  boolean isDroppedBefore() {
    return drop.equals("before");
  }

  /** Returns whether the file's pages are pinned when it is freed. */
  boolean isPinned() {
    return !isDroppedBefore() && !construction.equals("clear");
  }
}
