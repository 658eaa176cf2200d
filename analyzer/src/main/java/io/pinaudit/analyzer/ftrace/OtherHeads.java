package io.pinaudit.analyzer.ftrace;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the heads of lines that do not look as {@code trace_print_context} prints them. */
final class OtherHeads {
  /**
   * Matches a line of {@code perf script}, with or without process id and event group, in micro- or
   * nanoseconds:
   *
   * <pre> java-x y   212/215   [001]    12.345678:    ext4:ext4_free_blocks: dev 259,0 …</pre>
   */
  private static final Pattern PERF =
      Pattern.compile(
          "\\s*+(?<task>\\S.{0,63}?)\\s+(?:\\d{1,9}/)?(?<tid>\\d{1,9})\\s++\\[(?<cpu>\\d{1,6})]\\s++"
              + "(?:\\S{1,10}\\s++)?(?<seconds>\\d{1,9})\\.(?<fraction>\\d{6}|\\d{9}):\\s++"
              + "(?:[\\w-]{1,100}:(?=\\w))?(?<event>\\w{1,200}):?\\s*+(?<text>.*)");

  /**
   * Matches a line of ftrace with the options {@code latency-format} and {@code verbose}: the time
   * in brackets is in microseconds.
   *
   * <pre>
   * java     215   1 0 00000000 00000269 [37d2c3e04] 237.260ms (+0.006ms): ext4_free_blocks: …
   * </pre>
   */
  private static final Pattern VERBOSE =
      Pattern.compile(
          "\\s*+(?<task>\\S.{0,63}?)\\s+(?<tid>\\d{1,9})\\s++(?<cpu>\\d{1,6}) \\d{1,9}"
              + " \\p{XDigit}{8} \\p{XDigit}{8,16} \\[(?<micros>\\p{XDigit}{1,13})]"
              + " \\d++\\.\\d{3}ms \\(\\+\\d++\\.\\d{3}ms\\): (?<event>[^:( ]{1,200}):?"
              + " ?(?<text>.*)");

  /**
   * Matches a line of ftrace with the option {@code latency-format}: times count from the trace's
   * first event.
   *
   * <pre>kworker/-31485     0..... 237260us+: ext4_free_blocks: dev 259,0 …</pre>
   */
  private static final Pattern LATENCY =
      Pattern.compile(
          "\\s*+(?<task>\\S.{0,15}?)-(?<tid>\\d{1,9})\\s++(?<cpu>\\d{1,6}?)[^\\s\\d]\\S{2,9}\\s++"
              + "(?<micros>\\d{1,12})us[ $@*#!+]: (?<event>[^:( ]{1,200}):? ?(?<text>.*)");

  /**
   * Matches a line of {@code trace-cmd report -l}: the flags are those of the latency format, the
   * time is not.
   *
   * <pre> python3-27800   1d..2. 26856.842632: ext4_free_blocks:     dev 259,0 …</pre>
   */
  private static final Pattern REPORT =
      Pattern.compile(
          "\\s*+(?<task>\\S.{0,15}?)-(?<tid>\\d{1,9})\\s++(?<cpu>\\d{1,6}?)[^\\s\\d]\\S{2,9}\\s++"
              + "(?<seconds>\\d{1,9})\\.(?<fraction>\\d{6}|\\d{9}):\\s++(?<event>[^:( ]{1,200}):?"
              + "\\s*+(?<text>.*)");

  private static final long NANOS_PER_MICRO = 1000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int NANO_DIGITS = 9;

  private OtherHeads() {}

  /** Parses a line; returns null if it has none of these heads. */
  static FtraceLine parse(String line) {
    for (Pattern pattern : List.of(PERF, REPORT)) {
      Matcher head = pattern.matcher(line);
      if (head.matches()) {
        return line(head, nanos(head));
      }
    }
    Matcher verbose = VERBOSE.matcher(line);
    if (verbose.matches()) {
      return line(verbose, Long.parseLong(verbose.group("micros"), 16) * NANOS_PER_MICRO);
    }
    Matcher latency = LATENCY.matcher(line);
    return latency.matches()
        ? line(latency, Long.parseLong(latency.group("micros")) * NANOS_PER_MICRO)
        : null;
  }

  private static long nanos(Matcher head) {
    String fraction = head.group("fraction");
    return Long.parseLong(head.group("seconds")) * NANOS_PER_SECOND
        + Long.parseLong(fraction) * (fraction.length() == NANO_DIGITS ? 1 : NANOS_PER_MICRO);
  }

  private static FtraceLine line(Matcher head, long nanos) {
    return new FtraceLine(
        head.group("task").strip(),
        Integer.parseInt(head.group("tid")),
        Integer.parseInt(head.group("cpu")),
        nanos,
        head.group("event"),
        head.group("text").strip());
  }
}
