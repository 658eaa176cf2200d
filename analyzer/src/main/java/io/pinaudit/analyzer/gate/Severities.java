package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.trace.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads severities as people write them, in lower case. */
public final class Severities {
  /** The names that people may write. */
  public static final String NAMES =
      Arrays.stream(Severity.values())
          .map(severity -> severity.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));

  private Severities() {}

  /** Returns the severity of a name; empty if there is none. */
  public static Optional<Severity> named(String name) {
    return Arrays.stream(Severity.values())
        .filter(severity -> severity.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  static Severity parse(String name, String place) throws InputException {
    return named(name)
        .orElseThrow(
            () ->
                new InputException(
                    "%s: error: '%s' is no severity, expected one of %s"
                        .formatted(place, Lines.shown(name), NAMES)));
  }
}
