package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a text trace from its first line to its last, one event at a time, so that memory does not
 * grow with the file. The decoder's diagnostics count lines that are no events.
 */
public final class FtraceReader implements TraceReader {
  /**
   * Matches {@code CPU:1 [LOST 312 EVENTS]}, and trace-cmd's {@code CPU:1 [312 EVENTS DROPPED]}.
   */
  private static final Pattern LOST =
      Pattern.compile("CPU:(\\d{1,6}|\\?) \\[(?:LOST )?(\\d{1,18})? ?EVENTS(?: DROPPED)?]");

  private static final String PERF_LOST = "PERF_RECORD_LOST";
  private static final Pattern PERF_COUNT = Pattern.compile("lost (\\d{1,18})");

  /**
   * Matches the counts at the head of {@code trace}, with or without the option {@code
   * latency-format}: the entries in the buffer, and the entries written. The difference was
   * overwritten.
   */
  private static final Pattern ENTRIES =
      Pattern.compile(
          "# (?:entries-in-buffer/entries-written: |latency: \\d{1,18} us, #)"
              + "(\\d{1,18})/(\\d{1,18})\\b.*");

  /**
   * Matches {@code bash-215 [001] ..... 2557: …}: the time of a clock that counts something else.
   */
  private static final Pattern OTHER_TIME =
      Pattern.compile(".{1,32}?-\\d{1,9}\\s.{0,32}?\\d{1,20}: .*");

  /** Matches a line of a kernel's or a program's stack, which follows its event. */
  private static final Pattern STACK = Pattern.compile("\\s*+=> .*");

  /** Matches the lines with which trace-cmd's report begins. */
  private static final Pattern REPORT_HEAD = Pattern.compile("cpus=\\d+|version = \\d+");

  private final LineSource lines;
  private final ScannedText scanned; // null if the lines come from elsewhere
  private final LineDecoder decoder;
  private final Horizon horizon;
  private final LastOfCpu lastOfCpu = new LastOfCpu();

  /** The CPUs of which an event was read; used only if a buffer was overwritten. */
  private final Set<Integer> begun = new HashSet<>();

  // The current line: one of the two is null.
  private UsualLine usual;
  private String line;

  private long lastNanos;
  private Source lastSource;
  private long overwritten;
  private TraceEvent held;
  private final UnusableGap unusable = new UnusableGap();

  /** Makes a reader of lines, which closing the reader closes. */
  public FtraceReader(LineSource lines, LineDecoder decoder) {
    this(lines, decoder, Horizon.ofWhole());
  }

  /**
   * Makes a reader of lines, which closing the reader closes.
   *
   * @param horizon tells whether there may be more lines than there are
   */
  public FtraceReader(LineSource lines, LineDecoder decoder, Horizon horizon) {
    this.horizon = horizon;
    this.lines = lines;
    this.scanned = lines instanceof ScannedText text ? text : null;
    this.decoder = decoder;
  }

  @Override
  public TraceEvent next() throws IOException {
    if (held != null) {
      TraceEvent event = held;
      held = null;
      return event;
    }
    while (advance()) {
      TraceEvent event = take();
      noteUnusable();
      if (event != null) {
        lastNanos = Math.max(lastNanos, event.stamp().nanos());
        lastSource = event.stamp().source();
        return unusable.isOpen() && held == null ? afterUnusable(event) : event;
      }
    }
    noteUnusable();
    if (!horizon.isOver()) {
      return null;
    }
    lines.takeLeftOut().forEach(decoder.diagnostics()::ignore);
    return unusable.isOpen() && lastSource != null ? unusable.closeAt(lastNanos, lastSource) : null;
  }

  /** Goes to the next line; returns false after the last. */
  private boolean advance() throws IOException {
    usual = scanned == null ? null : scanned.nextUsual();
    line = usual == null ? lines.next() : null;
    return usual != null || line != null;
  }

  private TraceEvent take() {
    if (usual != null) {
      return read(usual);
    }
    noteUnusable(); // a line's wrapping may have been unusable as well
    return read(line.stripTrailing());
  }

  /** Decodes a line whose columns are the usual ones. */
  private TraceEvent read(UsualLine usual) {
    Source source = lines.source();
    long nanos = decoder.monotonicNanos(usual.nanos());
    int cpu = usual.cpu();
    Stamp stamp = new Stamp(nanos, usual.tid(), usual.task(), source);
    lastOfCpu.note(cpu, nanos);
    TraceEvent event = decoder.decode(usual.event(), stamp, usual.fields());
    return overwritten > 0 && event != null ? afterOverwritten(cpu, event, nanos, source) : event;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private TraceEvent read(String line) {
    if (line.isEmpty() || line.startsWith("#")) {
      comment(line);
      return null;
    }
    Source source = lines.source();
    FtraceLine plain = FtraceLine.parse(line);
    FtraceLine parsed =
        plain == null && !LOST.matcher(line).lookingAt() ? OtherHeads.parse(line) : plain;
    if (line.indexOf('\0') >= 0 && !isLeftOut(line, parsed)) {
      decoder.complain(source, "zero bytes, as in a part of a file that was never written", line);
      return null;
    }
    if (parsed == null) {
      return special(line, source);
    }
    long nanos = decoder.monotonicNanos(parsed.nanos());
    lastOfCpu.note(parsed.cpu(), nanos);
    TraceEvent event =
        parsed.event().equals(PERF_LOST) ? lost(parsed, source) : decoder.decode(parsed, source);
    return overwritten > 0 && event != null
        ? afterOverwritten(parsed.cpu(), event, nanos, source)
        : event;
  }

  /** Returns whether {@link LineScanner} leaves out such a line, if the text is scanned. */
  private boolean isLeftOut(String line, FtraceLine parsed) {
    return parsed != null
        && line.length() <= LineScanner.LONGEST_LEFT_OUT
        && decoder.strangers().contains(parsed.event())
        && !parsed.text().startsWith("(");
  }

  private void comment(String line) {
    Matcher entries = ENTRIES.matcher(line);
    if (entries.matches()) {
      overwritten = Long.parseLong(entries.group(2)) - Long.parseLong(entries.group(1));
    }
  }

  /**
   * Puts a loss before the first event of each CPU. The trace does not say which CPU's events were
   * overwritten, so the first loss has the number of all of them.
   */
  private TraceEvent afterOverwritten(int cpu, TraceEvent event, long nanos, Source source) {
    if (cpu >= LastOfCpu.MOST_CPUS || !begun.add(cpu)) {
      return event;
    }
    held = event;
    long count = begun.size() == 1 ? overwritten : 0;
    return new TraceEvent.EventsLost(new Stamp(nanos, -1, "", source), 0, cpu, count);
  }

  private void noteUnusable() {
    if (unusable.grows(decoder.unusable()) && !unusable.isOpen()) {
      unusable.openAt(lastOfCpu.before(-1));
    }
  }

  private TraceEvent afterUnusable(TraceEvent event) {
    held = event;
    return unusable.closeAt(event.stamp().nanos(), event.stamp().source());
  }

  /** Reads {@code java 215 [001] 12.345678: PERF_RECORD_LOST lost 12}. */
  private TraceEvent lost(FtraceLine line, Source source) {
    Matcher count = PERF_COUNT.matcher(line.text());
    Stamp stamp = new Stamp(decoder.monotonicNanos(line.nanos()), -1, "", source);
    return new TraceEvent.EventsLost(
        stamp, lastOfCpu.before(-1), -1, count.find() ? Long.parseLong(count.group(1)) : 0);
  }

  /** Reads a line that does not look like an event: it may say that events were lost. */
  private TraceEvent special(String line, Source source) {
    Matcher lost = LOST.matcher(line);
    if (lost.find()) {
      long count = lost.group(2) == null ? 0 : Long.parseLong(lost.group(2));
      Stamp stamp = new Stamp(lastNanos, -1, "", source);
      int cpu = lost.group(1).equals("?") ? -1 : Integer.parseInt(lost.group(1));
      return new TraceEvent.EventsLost(stamp, lastOfCpu.before(cpu), cpu, count);
    }
    if (STACK.matcher(line).matches()) {
      decoder.diagnostics().ignore("stack frame");
    } else if (!REPORT_HEAD.matcher(line).matches()) {
      decoder.complain(source, complaint(line), line);
    }
    return null;
  }

  private static String complaint(String line) {
    return OTHER_TIME.matcher(line).matches()
        ? "its time is not in seconds (trace_clock has to be mono)"
        : "not a trace line";
  }
}
