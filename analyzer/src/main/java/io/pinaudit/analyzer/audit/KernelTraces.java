package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.ftrace.FtraceReader;
import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.timeline.MergedEvents;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.linux.RunDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The kernel's traces of one run, none to two of them, read as one. */
final class KernelTraces implements AutoCloseable {
  private final List<FtraceReader> readers = new ArrayList<>();

  KernelTraces(Inputs inputs, Diagnostics diagnostics) throws IOException {
    RunDescription run = inputs.description();
    boolean described = run != null && run.kernel() != null;
    KernelLayout layout = described ? KernelLayout.of(run) : KernelLayout.ASSUMED;
    try {
      for (var trace : inputs.traces()) {
        readers.add(new FtraceReader(trace, layout, described, diagnostics));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Their events in order. */
  Timeline.KernelEvents events() throws IOException {
    return switch (readers.size()) {
      case 0 -> () -> null;
      case 1 -> readers.getFirst()::next;
      default -> new MergedEvents(readers.getFirst()::next, readers.getLast()::next);
    };
  }

  List<FtraceReader> readers() {
    return readers;
  }

  @Override
  public void close() throws IOException {
    for (FtraceReader reader : readers) {
      reader.close();
    }
  }
}
