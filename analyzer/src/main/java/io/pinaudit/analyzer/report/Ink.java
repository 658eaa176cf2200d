package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Severity;

/** Colours of a terminal, or none. */
enum Ink {
  PLAIN,
  COLOURS;

  String label(String text) {
    return paint("2", text);
  }

  String title(Severity severity, String text) {
    return switch (severity) {
      case CRITICAL -> paint("1;31", text);
      case ERROR -> paint("31", text);
      case WARNING -> paint("33", text);
    };
  }

  String verdict(boolean clean, String text) {
    return paint(clean ? "1;32" : "1", text);
  }

  /** Colours a picture of extents: pins in yellow, and in red what was done to them. */
  String picture(String text) {
    return this == PLAIN
        ? text
        : text.replaceAll("(#+)", "\033[33m$1\033[0m")
            .replaceAll("([fR]{2,}|\\b[fR]\\b)", "\033[31m$1\033[0m");
  }

  private String paint(String code, String text) {
    return this == PLAIN ? text : "\033[" + code + "m" + text + "\033[0m";
  }
}
