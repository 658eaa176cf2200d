package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.timeline.MergedEvents;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.CheckedTrace;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's traces of one run, none to two of them, read as one. */
final class KernelTraces implements AutoCloseable {
  private final List<CheckedTrace> readers = new ArrayList<>();

  KernelTraces(Inputs inputs, Diagnostics diagnostics) throws IOException {
    RunDescription run = inputs.description();
    boolean described = run != null && run.kernel() != null;
    KernelLayout layout = described ? KernelLayout.of(run) : KernelLayout.ASSUMED;
    long ahead = described ? run.kernel().clockAheadNanos() : 0;
    try {
      for (var trace : inputs.traces()) {
        long clockOffset = TraceFile.clockOffsetNanos(trace);
        LineDecoder decoder =
            new LineDecoder(layout, ahead - clockOffset, writer(run, trace), diagnostics);
        readers.add(
            new CheckedTrace(
                trace.getFileName().toString(), TraceFile.open(trace, decoder), clockOffset));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static LineDecoder.Writer writer(RunDescription run, Path trace) {
    if (run == null || run.kernel() == null) {
      return LineDecoder.Writer.ANY;
    }
    KernelSide kernel = run.kernel();
    return kernel.syscallsFile() != null && trace.endsWith(kernel.traceFile())
        ? LineDecoder.Writer.OURS_OF_MACHINE
        : LineDecoder.Writer.OURS;
  }

  /** Their events in order. */
  Timeline.KernelEvents events() throws IOException {
    return switch (readers.size()) {
      case 0 -> () -> null;
      case 1 -> readers.getFirst()::next;
      default -> new MergedEvents(readers.getFirst()::next, readers.getLast()::next);
    };
  }

  List<CheckedTrace> readers() {
    return readers;
  }

  @Override
  public void close() throws IOException {
    for (CheckedTrace reader : readers) {
      reader.close();
    }
  }
}
