package io.pinaudit.samples.real;

import java.util.ArrayList;
import java.util.List;

/** A text report without what differs from run to run. */
final class Masked {
  private Masked() {}

  /**
   * Returns the findings, and the verdict's first words, with times, numbers and names of files
   * replaced.
   */
  static String report(String text, String folder) {
    List<String> lines = new ArrayList<>();
    boolean again = false;
    for (String line : text.lines().toList()) {
      again = line.startsWith("  again ") || again && line.startsWith("     ");
      if (line.matches("\\d+ findings?.*|no findings.*")) {
        lines.add(line.replaceFirst(", \\d+ access.* failed", "").replaceFirst(" \\(.*", ""));
        break;
      }
      if (!again && !line.startsWith("  note:")) {
        lines.add(masked(line, folder));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  /** Returns only the first finding of a masked report. */
  static String first(String report) {
    String line = "=".repeat(78) + "\n";
    return line + report.split(line)[1];
  }

  /** Returns only the finding that a watch told first. */
  static String told(String report) {
    String first = first(report);
    return first.substring(0, first.indexOf("\n\n") + 2);
  }

  private static String masked(String line, String folder) {
    return line.replace(folder, "FOLDER")
        .replaceAll("[+]\\d+\\.\\d+ s", "+T s")
        .replaceAll("\\d+\\.\\d{6} s", "T s")
        .replaceAll("; (an access to mapped memory failed in this run|whether .* not seen)", "")
        .replaceAll("\\b(thread|process|inode) \\d+", "$1 N")
        .replaceAll("thread N \"Thread-\\d+\"", "thread N")
        .replaceAll("user \\w+", "user U")
        .replaceAll("0x[0-9a-f]+", "ADDRESS")
        .replaceAll("[\\w.-]+\\.jfr#\\d+", "JFR")
        .replaceAll("\\d{4}(_\\d\\d){5}_\\d+:\\d+", "JFR") // a chunk in a repository
        .replaceAll("kernel\\.dat:\\d+", "KERNEL")
        .replaceAll("/\\d+\\.index", "/0.index")
        .replaceAll(" of (\\S+ \\(\\d+:\\d+\\), \\w+|\\d+:\\d+)$", " of DEVICE");
  }
}
