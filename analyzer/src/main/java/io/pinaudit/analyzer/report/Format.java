package io.pinaudit.analyzer.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of reports. */
public enum Format {
  /** Text for people, in a terminal. */
  TEXT,
  /** JSON for programs; docs/report.schema.json is its schema. */
  JSON,
  /** SARIF 2.1.0, for code scanning. */
  SARIF,
  /** JUnit XML, for test reports of CI systems. */
  JUNIT,
  /** One HTML file for people, in a browser. */
  HTML,
  /** Annotations of GitHub Actions, which go to standard error. */
  GITHUB,
  /** Trace events as JSON, for Perfetto and Chrome. */
  PERFETTO;

  /** The names of all formats, as the command line has them. */
  public static final String NAMES =
      Arrays.stream(values()).map(Words::lower).collect(Collectors.joining(", "));

  /** Returns the format of a name; empty if there is none. */
  public static Optional<Format> named(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }
}
