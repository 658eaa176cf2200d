package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The findings that a team knows already. The file has one finding in each line, sorted so that two
 * branches merge well:
 *
 * <pre>5f0c1e9a2b7d4c31 FreedWhilePinned critical app.Wal.truncate</pre>
 *
 * <p>Only the fingerprint and the severity are compared; the rest is for the reader.
 *
 * @param entries by fingerprint
 */
public record Baseline(Map<String, Entry> entries) {
  private static final String HEAD =
      "# pinaudit baseline, version 1: pinaudit gate --update-baseline writes it";

  /**
   * One known finding.
   *
   * @param fingerprint fingerprint of the finding
   * @param rule the finding's rule
   * @param severity the worst severity that the finding had when it was accepted
   * @param where the lines of code, for people
   */
  public record Entry(String fingerprint, String rule, Severity severity, String where) {}

  /** The baseline without entries. */
  public static final Baseline EMPTY = new Baseline(Map.of());

  /** Keeps an own copy of the entries. */
  public Baseline {
    entries = Map.copyOf(entries);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if the file cannot be read, or a line is not an entry
   */
  public static Baseline read(Path file) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    int number = 0;
    for (String line : Lines.of(file)) {
      number++;
      if (Lines.says(line)) {
        Entry entry = entry(line, file + ":" + number);
        if (entries.put(entry.fingerprint(), entry) != null) {
          throw new InputException(
              file
                  + ":"
                  + number
                  + ": error: fingerprint "
                  + entry.fingerprint()
                  + " is there twice");
        }
      }
    }
    return new Baseline(entries);
  }

  private static Entry entry(String line, String place) throws InputException {
    String[] words = line.strip().split("\\s+", 4);
    if (words.length < 3) {
      throw new InputException(
          place
              + ": error: expected a fingerprint, a rule and a severity, found: "
              + Lines.shown(line));
    }
    return new Entry(
        words[0], words[1], Severities.parse(words[2], place), words.length > 3 ? words[3] : "");
  }

  /** Returns whether the finding is known, and was at least as bad when it was accepted. */
  boolean covers(Finding finding) {
    Entry entry = entries.get(finding.fingerprint());
    return entry != null && entry.severity().compareTo(finding.severity()) >= 0;
  }

  /** Writes the file; replaces an earlier one. */
  public void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEAD));
    Map<String, String> sorted = new TreeMap<>();
    for (Entry entry : entries.values()) {
      String line =
          "%s %s %s %s"
              .formatted(
                  entry.fingerprint(),
                  entry.rule(),
                  entry.severity().name().toLowerCase(Locale.ROOT),
                  entry.where());
      sorted.put(entry.rule() + " " + entry.where() + " " + entry.fingerprint(), line.strip());
    }
    lines.addAll(sorted.values());
    Files.write(file, lines, StandardCharsets.UTF_8);
  }
}
