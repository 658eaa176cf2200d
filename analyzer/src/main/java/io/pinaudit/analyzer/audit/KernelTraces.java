package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.timeline.MergedEvents;
import io.pinaudit.analyzer.timeline.OverlappingEvents;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.CheckedTrace;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the kernel's traces of one run as one: each recording of the run has up to two. */
final class KernelTraces implements AutoCloseable {
  private final Horizon horizon;
  private final List<List<CheckedTrace>> recordings = new ArrayList<>();

  KernelTraces(Inputs inputs, Diagnostics diagnostics, Horizon horizon) throws IOException {
    this.horizon = horizon;
    try {
      for (Inputs part : inputs.parts()) {
        List<CheckedTrace> opened = new ArrayList<>();
        recordings.add(opened);
        open(part, inputs.parts().size() > 1, opened, diagnostics);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens the traces of one recording.
   *
   * @param several whether other recordings have traces of the same names
   */
  private void open(
      Inputs part, boolean several, List<CheckedTrace> opened, Diagnostics diagnostics)
      throws IOException {
    RunDescription run = part.description();
    boolean described = run != null && run.kernel() != null;
    KernelLayout layout = described ? KernelLayout.of(run) : KernelLayout.ASSUMED;
    long ahead = described ? run.kernel().clockAheadNanos() : 0;
    for (Path trace : part.traces()) {
      long clockOffset = TraceFile.clockOffsetNanos(trace);
      LineDecoder decoder =
          new LineDecoder(layout, ahead - clockOffset, writer(run, trace), diagnostics);
      String name = trace.getFileName().toString();
      opened.add(
          new CheckedTrace(
              several ? part.names().getFirst().getFileName() + "/" + name : name,
              TraceFile.open(trace, decoder, horizon),
              clockOffset,
              horizon));
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

  /** Returns the events of all traces in order. */
  Timeline.KernelEvents events() throws IOException {
    List<Timeline.KernelEvents> traced = new ArrayList<>();
    for (List<CheckedTrace> recording : recordings) {
      if (!recording.isEmpty()) {
        traced.add(events(recording));
      }
    }
    return switch (traced.size()) {
      case 0 -> () -> null;
      case 1 -> traced.getFirst();
      default -> new OverlappingEvents(traced);
    };
  }

  private Timeline.KernelEvents events(List<CheckedTrace> recording) throws IOException {
    return recording.size() == 1
        ? recording.getFirst()::next
        : new MergedEvents(recording.getFirst()::next, recording.getLast()::next, horizon);
  }

  List<CheckedTrace> readers() {
    return recordings.stream().flatMap(List::stream).toList();
  }

  @Override
  public void close() throws IOException {
    for (CheckedTrace reader : readers()) {
      reader.close();
    }
  }
}
