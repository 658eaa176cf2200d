package io.pinaudit.analyzer.tracedat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.pinaudit.analyzer.ftrace.FtraceReader;
import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceDatReaderTest {
  private static final Path TRACES = Path.of("src/test/resources/traces");

  private static List<TraceEvent> read(TraceReader reader) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (reader) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    }
    return events;
  }

  private static LineDecoder decoder(Diagnostics diagnostics) {
    return new LineDecoder(KernelLayout.ASSUMED, 0, LineDecoder.Writer.ANY, diagnostics);
  }

  /** What is taken from the data at the format's offsets is what the kernel's text would say. */
  @ParameterizedTest
  @ValueSource(strings = {"trace-cmd-3.1.6-v6.dat", "trace-cmd-3.1.6-v7-zstd.dat"})
  void readsTheNumbersThatTheTextHas(String name) throws IOException {
    Path file = TRACES.resolve(name);
    Diagnostics ofData = new Diagnostics();
    List<TraceEvent> events = read(new TraceDatReader(file, decoder(ofData), Horizon.ofWhole()));
    Diagnostics ofText = new Diagnostics();
    TraceDatText lines = new TraceDatText(file, ofText);
    assertEquals(read(new FtraceReader(lines, decoder(ofText))), events);
    assertEquals(ofText.ignored(), ofData.ignored());
    assertEquals(List.of(), ofData.shown());
    assertFalse(events.isEmpty());
  }
}
