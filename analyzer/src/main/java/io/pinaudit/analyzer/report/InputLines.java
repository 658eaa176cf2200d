package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.TraceFile;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the lines of traces that events were read from, in one pass over each file. */
final class InputLines {
  private InputLines() {}

  /**
   * Returns the text of each place that is a line of one of these files. If several files have one
   * name, as those of joined recordings do, the place does not say which of them is meant: their
   * lines are left out.
   *
   * @throws IOException if a file cannot be read again
   */
  static Map<Source, String> of(List<Path> traces, Collection<Source> places) throws IOException {
    Map<Source, String> lines = new HashMap<>();
    for (Path trace : traces) {
      String name = trace.getFileName().toString();
      if (traces.stream().filter(other -> other.endsWith(name)).count() > 1) {
        continue;
      }
      NavigableSet<Long> numbers =
          places.stream()
              .filter(place -> place.file().equals(name) && place.line() > 0)
              .map(Source::line)
              .collect(Collectors.toCollection(TreeSet::new));
      if (!numbers.isEmpty()) {
        read(trace, name, numbers, lines);
      }
    }
    return lines;
  }

  private static void read(
      Path trace, String name, NavigableSet<Long> numbers, Map<Source, String> lines)
      throws IOException {
    try (LineSource in = TraceFile.lines(trace, new Diagnostics())) {
      long last = numbers.last();
      for (long number = 1; number <= last; number++) {
        String line = in.next();
        if (line == null) {
          return;
        }
        if (numbers.contains(number)) {
          lines.put(new Source(name, number), line.strip());
        }
      }
    }
  }
}
