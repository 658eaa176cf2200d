import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Appends ftrace texts to a file, one after the other and again from the first, each a second after
 * the one before, until the file is so large: {@code java LongTrace.java FILE BYTES TRACE…}
 */
final class LongTrace {
  private static final Pattern TIME = Pattern.compile(" (\\d+)(\\.\\d{6}): ");
  private static final int SECONDS_WIDTH = 6;

  private LongTrace() {}

  /** A line in two parts and the second between them; -1 if it has none. */
  private record Line(byte[] head, long second, byte[] tail) {
    static Line of(String text) {
      Matcher time = TIME.matcher(text);
      return time.find()
          ? new Line(
              bytes(text.substring(0, time.start())),
              Long.parseLong(time.group(1)),
              bytes(text.substring(time.start(2)) + "\n"))
          : new Line(bytes(text + "\n"), -1, new byte[0]);
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** Does it. */
  public static void main(String... arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Path state = Path.of(arguments[0] + ".seconds");
    long size = Files.exists(file) ? Files.size(file) : 0;
    long now = Files.exists(state) ? Long.parseLong(Files.readString(state)) : 0;
    List<List<Line>> traces = new ArrayList<>();
    for (String trace : List.of(arguments).subList(2, arguments.length)) {
      traces.add(
          Files.readAllLines(Path.of(trace), StandardCharsets.ISO_8859_1).stream()
              .map(Line::of)
              .toList());
    }
    try (OutputStream out =
        new BufferedOutputStream(new FileOutputStream(file.toFile(), true), 1 << 20)) {
      for (int i = 0; size < Long.parseLong(arguments[1]); i++) {
        List<Line> trace = traces.get(i % traces.size());
        size += append(trace, now, out);
        now += second(trace.reversed()) - second(trace) + 1;
      }
    }
    Files.writeString(state, Long.toString(now));
  }

  private static long append(List<Line> trace, long now, OutputStream out) throws IOException {
    long first = second(trace);
    long written = 0;
    for (Line line : trace) {
      byte[] time =
          line.second < 0
              ? new byte[0]
              : Line.bytes(("%" + SECONDS_WIDTH + "d").formatted(now + line.second - first));
      out.write(line.head);
      out.write(time);
      out.write(line.tail);
      written += line.head.length + time.length + line.tail.length;
    }
    return written;
  }

  private static long second(List<Line> trace) {
    return trace.stream().filter(line -> line.second >= 0).findFirst().orElseThrow().second;
  }
}
