package io.pinaudit.fleet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a run of any length in which everything happens on two devices in turns, out of a recorded
 * run with one: {@code java TwoDevices.java RUN TARGET BYTES}.
 */
public final class TwoDevices {
  private static final Pattern TIME = Pattern.compile("(\\d+)(\\.\\d{6}: )");
  private static final Pattern MARK = Pattern.compile("tracing_mark_write: pinaudit: recording ");

  // Of pmem0, which all recorded runs have: 259:0, physical 1 GiB to 1.5 GiB.
  private static final long DEVICE = 259L << 20;
  private static final long START_BYTES = 1L << 30;
  private static final long FRAMES = 1 << 17;
  private static final int STRUCT_BYTES = 64;

  private final Path run;
  private final Path target;
  private long seconds;

  private TwoDevices(Path run, Path target) {
    this.run = run;
    this.target = target;
  }

  /** A line in two parts, and the second between them; -1 if it has none. */
  private static final class Line {
    private final byte[] head;
    private final long second;
    private final byte[] tail;

    private Line(byte[] head, long second, byte[] tail) {
      this.head = head;
      this.second = second;
      this.tail = tail;
    }

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

    void write(OutputStream out, long shift) throws IOException {
      out.write(head);
      if (second >= 0) {
        out.write(bytes(Long.toString(second + shift)));
        out.write(tail);
      }
    }
  }

  /** Makes it. */
  public static void main(String[] args) throws IOException {
    make(Path.of(args[0]), Path.of(args[1]), Long.parseLong(args[2]));
  }

  /**
   * Makes a run with a kernel trace of at least so many bytes; everything happens twice at least.
   */
  public static void make(Path run, Path target, long bytes) throws IOException {
    new TwoDevices(run, target).make(bytes);
  }

  private void make(long bytes) throws IOException {
    Files.createDirectories(target);
    String json = Files.readString(run.resolve("run.json"));
    seconds = (number(json, "endNanos") - number(json, "startNanos")) / 1_000_000_000 + 2;
    long rounds = Math.max(2, bytes / Files.size(run.resolve("kernel.ftrace")) + 1);
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(file.getFileName());
        if (file.toString().endsWith(".ftrace")) {
          repeat(file, copy, rounds);
        } else if (!file.endsWith("run.json")) {
          Files.copy(file, copy);
        }
      }
    }
    Files.writeString(target.resolve("run.json"), described(json, rounds));
  }

  private static long number(String json, String name) {
    Matcher number = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
    if (!number.find()) {
      throw new IllegalArgumentException("no " + name);
    }
    return Long.parseLong(number.group(1));
  }

  private void repeat(Path trace, Path copy, long rounds) throws IOException {
    List<Line> first = new ArrayList<>();
    List<Line> second = new ArrayList<>();
    Line end = null;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 20)) {
      for (String text : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
        if (text.contains("vmemmap_base_read") || MARK.matcher(text).find()) {
          if (text.endsWith("ends")) {
            end = Line.of(text);
          } else {
            Line.of(text).write(out, 0);
          }
        } else {
          first.add(Line.of(text));
          second.add(Line.of(onSecondDevice(text)));
        }
      }
      for (long i = 0; i < rounds; i++) {
        for (Line line : i % 2 == 0 ? first : second) {
          line.write(out, i * seconds);
        }
      }
      if (end != null) {
        end.write(out, (rounds - 1) * seconds);
      }
    }
  }

  private static String onSecondDevice(String line) {
    String numbered = line.replaceAll("dev 259([,:])0\\b", "dev 259$11");
    String device = replaced(numbered, "\\bdev=(" + DEVICE + ")\\b", old -> "" + (DEVICE + 1));
    String frames =
        replaced(
            device,
            "\\bpfn=0x([0-9a-f]+)",
            old -> Long.toHexString(Long.parseUnsignedLong(old, 16) + FRAMES));
    return replaced(
        frames,
        "\\b(?:page|folio|head)=0x([0-9a-f]{9,})",
        old -> Long.toHexString(Long.parseUnsignedLong(old, 16) + FRAMES * STRUCT_BYTES));
  }

  /** Replaces what is in the parentheses. */
  private static String replaced(String text, String pattern, UnaryOperator<String> by) {
    return Pattern.compile(pattern)
        .matcher(text)
        .replaceAll(
            (MatchResult found) ->
                text.substring(found.start(), found.start(1)) + by.apply(found.group(1)));
  }

  private String described(String json, long rounds) {
    long end = number(json, "endNanos") + (rounds - 1) * seconds * 1_000_000_000;
    return json.replaceFirst("\"endNanos\":\\d+", "\"endNanos\":" + end)
        .replaceFirst(
            "\\{\"name\":\"pmem0\"[^}]*\\}",
            "$0,{\"name\":\"pmem1\",\"number\":\"259:1\",\"kind\":\"PMEM_RAW\",\"dataStartBytes\":"
                + (START_BYTES + FRAMES * 4096)
                + ",\"sizeBytes\":"
                + FRAMES * 4096
                + "}")
        .replaceFirst(
            "\\{\"mountPoint\":\"/mnt/dax\",((?:[^{}]|\\{[^}]*\\})*)\"number\":\"259:0\"((?:[^{}]|\\{[^}]*\\})*)\\}",
            "$0,{\"mountPoint\":\"/mnt/dax1\",$1\"number\":\"259:1\"$2}");
  }
}
