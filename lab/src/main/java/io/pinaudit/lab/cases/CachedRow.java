package io.pinaudit.lab.cases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of the page-cache half of the truth table: {@code plain ext4 shared sh redirect agent
 * cut}. The head of {@code lab/matrix.d/cached/cases} explains the fields.
 *
 * @param jvm where the JVM runs that maps the file: {@code plain} or {@code container}
 * @param fileSystem where the file is
 * @param mapping how it is mapped
 * @param by who acts
 * @param act what is done
 * @param seenBy who can see it
 */
record CachedRow(
    String jvm, String fileSystem, String mapping, String by, String act, String seenBy) {
  /** Returns the lines of a table that a JVM is to run. */
  static List<CachedRow> of(Path table, String jvm) throws IOException {
    List<CachedRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(table)) {
      String[] fields = line.replaceFirst("#.*", "").strip().split("\\s+");
      if (fields.length == 7 && fields[0].equals(jvm)) {
        rows.add(new CachedRow(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]));
      }
    }
    return rows;
  }

  String name() {
    return String.join("/", jvm, fileSystem, mapping, by, act, seenBy);
  }

  /** Returns the name of the folder that its files lie in. */
  String folder() {
    return String.join("-", jvm, mapping, by, act);
  }
}
