package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.bpftrace.BpftraceReader;
import io.pinaudit.analyzer.ftrace.ClockSync;
import io.pinaudit.analyzer.ftrace.FtraceReader;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.ftrace.ScannedText;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.TextFile;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import io.pinaudit.analyzer.tracedat.TraceDatReader;
import io.pinaudit.analyzer.tracedat.TraceDatText;
import io.pinaudit.run.KeptPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The formats of kernel traces. A format is recognized by the first bytes of a file, never by the
 * file's name.
 */
public enum TraceFile {
  /** The binary files of trace-cmd. */
  TRACE_DAT,
  /** The output of bpftrace for one of the recorder's programs. */
  BPFTRACE,
  /** The text of ftrace, and of tools that print the same format. */
  TEXT;

  private static final int HEAD_BYTES = 4096;
  private static final Pattern BPFTRACE_TEXT = Pattern.compile("Attach(?:ing|ed) \\d+ probes?.*");

  /** The first line of a program of ours; since 0.24 bpftrace prints none of its own before it. */
  private static final Pattern FIRST_MARK =
      Pattern.compile(".*\\.\\d{9}: tracing_mark_write: " + TraceEvent.Marked.STARTS);

  private static final String UTF8_MARK = "\u00ef\u00bb\u00bf";

  /** Files that are often taken for a trace, by their first bytes, and what to do with them. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "PERFILE2", "perf's own file: print it with perf script",
          "\u001f\u008b", "compressed: unpack it with gunzip",
          "(\u00b5/\u00fd", "compressed: unpack it with unzstd",
          "\u00fd7zXZ", "compressed: unpack it with unxz",
          "PK\u0003\u0004", "an archive: unpack it with unzip");

  /**
   * Opens a trace with the reader that it needs.
   *
   * @param horizon up to which time the trace is complete, if a recorder still writes to it
   */
  static TraceReader open(Path file, LineDecoder decoder, Horizon horizon) throws IOException {
    return switch (of(file)) {
      case TRACE_DAT -> new TraceDatReader(file, decoder, horizon);
      case BPFTRACE -> new BpftraceReader(new TextFile(file, horizon), decoder, horizon);
      case TEXT -> new FtraceReader(text(file, decoder, horizon), decoder, horizon);
    };
  }

  /** Returns the lines of a text; of one that grows, all lines, as they come. */
  private static LineSource text(Path file, LineDecoder decoder, Horizon horizon)
      throws IOException {
    return horizon.isOver()
        ? new ScannedText(file, decoder.strangers())
        : new TextFile(file, horizon);
  }

  /**
   * Opens a trace as lines of text; the place of an event is the place of its line.
   *
   * @param diagnostics takes what cannot be read
   */
  public static LineSource lines(Path file, Diagnostics diagnostics) throws IOException {
    return switch (of(file)) {
      case TRACE_DAT -> new TraceDatText(file, diagnostics);
      case BPFTRACE, TEXT -> new TextFile(file);
    };
  }

  /**
   * Returns how many nanoseconds have to be added to the trace's times to get CLOCK_MONOTONIC, as
   * the trace itself says.
   */
  static long clockOffsetNanos(Path file) throws IOException {
    return switch (of(file)) {
      case TEXT -> ClockSync.offsetNanos(file);
      case TRACE_DAT, BPFTRACE -> 0;
    };
  }

  /**
   * Returns the format of a file by the file's first bytes; by its name if nothing was written to
   * it yet.
   */
  static TraceFile of(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        InputStream in = Channels.newInputStream(channel.position(KeptPart.begin(channel)))) {
      byte[] bytes = in.readNBytes(HEAD_BYTES);
      if (bytes.length == 0 && file.getFileName().toString().endsWith(".bpftrace")) {
        return BPFTRACE;
      }
      if (TraceDatReader.matches(bytes)) {
        return TRACE_DAT;
      }
      String head = withoutMark(new String(bytes, StandardCharsets.ISO_8859_1));
      refuseOthers(file, head);
      return head.lines().limit(3).anyMatch(TraceFile::isBpftrace) ? BPFTRACE : TEXT;
    }
  }

  private static String withoutMark(String head) {
    return head.startsWith(UTF8_MARK) ? head.substring(UTF8_MARK.length()) : head;
  }

  private static void refuseOthers(Path file, String head) throws InputException {
    for (var other : OTHERS.entrySet()) {
      if (head.startsWith(other.getKey())) {
        throw new InputException(file + ": error: " + other.getValue());
      }
    }
  }

  private static boolean isBpftrace(String line) {
    return line.startsWith("{\"")
        || BPFTRACE_TEXT.matcher(line).matches()
        || FIRST_MARK.matcher(line).matches();
  }
}
