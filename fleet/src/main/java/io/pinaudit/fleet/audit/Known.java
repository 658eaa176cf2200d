package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the tables already hold of the recordings at hand; nothing is kept of other recordings. */
final class Known {
  /** The needed columns of a row. */
  private record Entry(
      String timeline, int recordings, String analyzer, long bytes, LocalDate day) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Integer> found = new HashMap<>();

  private Known() {}

  static Known of(List<Timeline> timelines, Tables tables) throws IOException {
    Set<String> wanted = new HashSet<>();
    timelines.forEach(
        timeline -> timeline.recordings().forEach(head -> wanted.add(head.row().recording())));
    Known known = new Known();
    tables.read(
        Table.RUNS,
        (day, row) -> {
          if (wanted.contains(row.recording())) {
            known.add(day, row);
          }
        });
    return known;
  }

  private void add(LocalDate day, RunRow row) {
    Entry entry = new Entry(row.timeline(), row.recordings(), row.analyzer(), row.bytes(), day);
    entries.put(row.recording(), entry);
    found.merge(row.timeline(), 1, Integer::sum);
  }

  /**
   * Returns what is still to be audited of a timeline: nothing if the same recordings were judged
   * together by the same analyzer. A recording whose companions of then are no longer at hand stays
   * as it was judged with them.
   */
  Optional<Timeline> due(Timeline timeline) {
    List<RunHead> left =
        timeline.recordings().stream().filter(head -> !companionsAreGone(head)).toList();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Timeline rest = Timeline.ofAll(left);
    return left.stream().allMatch(head -> isDone(head, rest.id()))
        ? Optional.empty()
        : Optional.of(rest);
  }

  private boolean companionsAreGone(RunHead head) {
    Entry entry = entries.get(head.row().recording());
    return entry != null && found.get(entry.timeline) < entry.recordings;
  }

  private boolean isDone(RunHead head, String timeline) {
    Entry entry = entries.get(head.row().recording());
    return entry != null
        && entry.timeline.equals(timeline)
        && entry.analyzer.equals(RowMaker.version())
        && entry.bytes == head.row().bytes();
  }

  /**
   * Returns the timelines whose rows are replaced by those of one that is due, with the days of the
   * rows.
   */
  Map<String, LocalDate> superseded(Timeline due) {
    Map<String, LocalDate> superseded = new HashMap<>();
    for (RunHead head : due.recordings()) {
      Entry entry = entries.get(head.row().recording());
      if (entry != null) {
        superseded.put(entry.timeline, entry.day);
      }
    }
    return superseded;
  }
}
