package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a recorder has come, which it notes once a second beside a trace that it still writes to,
 * in {@code kernel.dat.progress}:
 *
 * <pre>
 * 16082699464244
 * 415 java
 * 16082699464244
 * </pre>
 *
 * <p>The time stands there twice, because the file is written in place: a reader that finds two
 * different times has read half of the old content and half of the new.
 *
 * @param nanos CLOCK_MONOTONIC in nanoseconds; all events of before are in the trace
 * @param tasks names of threads that the kernel remembers at this time
 */
public record Progress(long nanos, Map<Integer, String> tasks) {
  private static final String SUFFIX = ".progress";
  private static final int LEAST_LINES = 2;

  /** Returns the file beside a trace. */
  public static Path beside(Path trace) {
    return trace.resolveSibling(trace.getFileName() + SUFFIX);
  }

  /**
   * Writes the progress over the last one.
   *
   * @param file open for writing
   */
  public void write(FileChannel file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(nanos).append('\n');
    tasks.forEach((tid, name) -> text.append(tid).append(' ').append(name).append('\n'));
    text.append(nanos).append('\n');
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    long size = bytes.remaining();
    while (bytes.hasRemaining()) {
      file.write(bytes, bytes.position());
    }
    file.truncate(size);
  }

  /**
   * Reads the progress that is noted beside a trace; empty if there is none, or if it is being
   * written right now.
   */
  public static Optional<Progress> read(Path trace) {
    try {
      return parse(Files.readAllLines(beside(trace), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // No recorder of ours is at work, or no longer.
      return Optional.empty();
    }
  }

  private static Optional<Progress> parse(List<String> lines) {
    boolean whole =
        lines.size() >= LEAST_LINES
            && lines.getFirst().matches("\\d{1,18}")
            && lines.getFirst().equals(lines.getLast());
    if (!whole) {
      return Optional.empty();
    }
    Map<Integer, String> tasks = new HashMap<>();
    for (String line : lines.subList(1, lines.size() - 1)) {
      int blank = line.indexOf(' ');
      if (blank > 0 && line.substring(0, blank).matches("\\d{1,9}")) {
        tasks.put(Integer.parseInt(line.substring(0, blank)), line.substring(blank + 1));
      }
    }
    return Optional.of(new Progress(Long.parseLong(lines.getFirst()), tasks));
  }
}
