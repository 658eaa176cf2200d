package io.pinaudit.analyzer.jfr;

import io.pinaudit.analyzer.trace.JavaCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/** A JVM whose recording is followed, and how far it was read. Confined to one thread. */
public final class LiveJvm {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** A chunk begins right where the one before ends, as far as their clock is steady. */
  private static final long STEADY_NANOS = 1_000_000_000;

  private final Path place;
  private final JfrReader reader;
  private final JfrReader.Jvm jvm;
  private final List<JavaCall> calls = new ArrayList<>();
  private long untilEpochNanos;
  private Flushed latest = new Flushed(0, 0);
  private long flushes;
  private boolean named;
  private boolean ended;

  /**
   * What the header of a chunk says at a flush. If the calendar jumps back, the JVM says the same
   * time until the calendar has caught up, but the chunk grows with each flush.
   */
  private record Flushed(long untilEpochNanos, long sizeBytes) {}

  LiveJvm(Path place) {
    this.place = place;
    this.reader = new JfrReader(place, new HashSet<>());
    this.jvm = new JfrReader.Jvm(place.getFileName().toString());
  }

  /**
   * Returns whether it is known which JVM this is, or a chunk tells it from an offset on. Calls
   * that were read before would be of another JVM than those of after.
   */
  boolean isNamed(JfrChunk chunk, int from) {
    named = named || reader.tellsJvm(chunk, from);
    return named;
  }

  /** Reads the events of a chunk from an offset on. */
  void read(JfrChunk chunk, int from) {
    calls.addAll(reader.callsOf(chunk, from, jvm));
  }

  /** Notes a chunk of which nothing was read yet: the JVM may have dropped some before it. */
  void begins(JfrHeader header) {
    if (untilEpochNanos != 0
        && !ended
        && header.startEpochNanos() - untilEpochNanos > STEADY_NANOS) {
      reader.addOnce(
          place.getFileName() + ": chunks of the flight recording are missing between others");
    }
  }

  /** Notes what the header of a chunk says that was read. */
  void reached(JfrHeader header) {
    Flushed flushed = new Flushed(header.untilEpochNanos(), header.size());
    flushes += flushed.equals(latest) ? 0 : 1;
    latest = flushed;
    untilEpochNanos = Math.max(untilEpochNanos, flushed.untilEpochNanos);
    ended |= header.isLast();
  }

  void damaged(Path file, Throwable e) {
    reader.damagedOnce(file, e);
  }

  /** Returns the JVM's folder in JFR's repository, or the file that it has left. */
  public Path place() {
    return place;
  }

  /** Returns the calls that were read since the last time, in the order of their starts. */
  public List<JavaCall> take() {
    List<JavaCall> taken = new ArrayList<>(calls);
    calls.clear();
    taken.sort(Comparator.comparingLong(call -> call.started().nanos()));
    return taken;
  }

  /**
   * Returns until when all calls were read that had ended by then, in milliseconds since 1970; 0
   * before the first flush.
   */
  public long untilEpochMillis() {
    return untilEpochNanos / NANOS_PER_MILLI;
  }

  /** Returns how many flushes were seen. */
  public long flushes() {
    return flushes;
  }

  /** Returns whether the JVM has ended its last recording, so that no call follows. */
  public boolean ended() {
    return ended;
  }

  /**
   * Returns what the recording says of itself so far; its calls are none, because they were taken.
   */
  public JfrRecording recording() {
    return reader.result();
  }
}
