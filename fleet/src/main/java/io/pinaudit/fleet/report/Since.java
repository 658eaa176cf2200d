package io.pinaudit.fleet.report;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;

/**
 * Divides runs in those before and those since a day or a release.
 *
 * <p>Since a release means: of that version, or of one that appeared later. While it is being
 * rolled out, runs of older versions still belong to before.
 */
final class Since {
  private final LocalDate day; // null if a version divides
  private final String version; // null if a day divides
  private final Map<String, Map<String, LocalDate>> firstDays = new HashMap<>();
  private LocalDate newest = LocalDate.MIN;
  private LocalDate versionFirst = LocalDate.MAX;

  private Since(LocalDate day, String version) {
    this.day = day;
    this.version = version;
  }

  /**
   * Parses a day such as {@code 2026-11-30}, or a version. Null stands for the newest day of the
   * tables.
   *
   * @param text of the user
   */
  static Since of(String text) {
    if (text == null) {
      return new Since(null, null);
    }
    try {
      return new Since(LocalDate.parse(text), null);
    } catch (DateTimeParseException e) {
      return new Since(null, text);
    }
  }

  /** Notes a run; all are noted before one is asked for. */
  void note(LocalDate runDay, String app, String runVersion) {
    newest = runDay.isAfter(newest) ? runDay : newest;
    firstDays
        .computeIfAbsent(app, _ -> new HashMap<>())
        .merge(runVersion, runDay, (a, b) -> a.isBefore(b) ? a : b);
    if (runVersion.equals(version) && runDay.isBefore(versionFirst)) {
      versionFirst = runDay;
    }
  }

  /** Returns whether the version that divides was ever recorded; true if a day divides. */
  boolean isKnown() {
    return version == null || versionFirst.isBefore(LocalDate.MAX);
  }

  /** Returns whether a run is one of those since. */
  boolean includes(LocalDate runDay, String app, String runVersion) {
    if (version == null) {
      return !runDay.isBefore(day == null ? newest : day);
    }
    Map<String, LocalDate> versions = firstDays.getOrDefault(app, Map.of());
    LocalDate first = versions.get(version);
    if (first == null) {
      // An application that has no such release: by the day on which the others got it.
      return !runDay.isBefore(versionFirst);
    }
    return runVersion.equals(version)
        || versions.getOrDefault(runVersion, LocalDate.MIN).isAfter(first);
  }

  @Override
  public String toString() {
    if (version != null) {
      return "version " + version;
    }
    return day != null
        ? day.toString()
        : newest.equals(LocalDate.MIN) ? "today" : newest.toString();
  }
}
