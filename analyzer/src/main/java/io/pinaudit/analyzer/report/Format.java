package io.pinaudit.analyzer.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a report may be written as. */
public enum Format {
  /** For people, in a terminal. */
  TEXT,
  /** For programs: docs/report.schema.json. */
  JSON,
  /** SARIF 2.1.0, for code scanning. */
  SARIF,
  /** JUnit XML, for test reports of CI systems. */
  JUNIT,
  /** One file for people, in a browser. */
  HTML,
  /** Annotations of GitHub Actions; they go to standard error. */
  GITHUB;

  /** The names of all formats, as they are written on the command line. */
  public static final String NAMES =
      Arrays.stream(values()).map(Prose::lower).collect(Collectors.joining(", "));

  /** The format of that name, if there is one. */
  public static Optional<Format> named(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }
}
