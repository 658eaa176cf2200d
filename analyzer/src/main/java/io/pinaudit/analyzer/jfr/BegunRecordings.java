package io.pinaudit.analyzer.jfr;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Collects the recordings that ran in a JVM while a file was recorded, to find which part at its
 * start the file lacks: JFR silently drops the oldest chunks when a recording outgrows its {@code
 * maxsize}.
 *
 * <p>A JVM may make several recordings at once, and chunks do not say which recording they belong
 * to. A file is taken for the recording whose destination is the file, by path or by name; if there
 * is none, for the youngest recording.
 */
final class BegunRecordings {
  /**
   * The largest difference between the start of a recording and that of its first chunk: their
   * clocks differ.
   */
  private static final long TOLERANCE_MILLIS = 1_000;

  /**
   * One recording.
   *
   * @param destination empty if it has none
   * @param startMillis of the wall clock
   */
  private record Begun(String destination, long startMillis) {}

  private final Path file;
  private final Set<Begun> recordings = new HashSet<>();

  BegunRecordings(Path file) {
    this.file = file;
  }

  /** Notes one {@code jdk.ActiveRecording}. */
  void add(JfrRow recording) {
    recordings.add(
        new Begun(recording.textOrEmpty("destination"), recording.number("recordingStart")));
  }

  /**
   * Returns how many milliseconds at its start the file lacks; empty if it lacks nothing.
   *
   * @param firstChunkMillis when its first chunk began, of the wall clock
   */
  OptionalLong droppedMillis(long firstChunkMillis) {
    return youngest(begun -> file.toAbsolutePath().toString().equals(begun.destination()))
        .or(() -> youngest(begun -> isNamed(begun.destination())))
        .or(() -> youngest(begun -> true))
        .map(start -> OptionalLong.of(firstChunkMillis - start))
        .filter(lost -> lost.getAsLong() > TOLERANCE_MILLIS)
        .orElse(OptionalLong.empty());
  }

  private boolean isNamed(String destination) {
    return !destination.isEmpty() && Path.of(destination).endsWith(file.getFileName());
  }

  private Optional<Long> youngest(Predicate<Begun> which) {
    return recordings.stream().filter(which).map(Begun::startMillis).max(Long::compare);
  }
}
