package io.pinaudit.analyzer.tracedat;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;
import java.nio.file.Path;

/** Any bytes are events, diagnostics, or an input error that names the file. */
class TraceDatFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void traceDat(byte[] bytes) throws IOException {
    Path file = FuzzedFile.holding(bytes);
    LineDecoder decoder =
        new LineDecoder(KernelLayout.ASSUMED, 0, LineDecoder.Writer.ANY, new Diagnostics());
    try (TraceDatReader reader = new TraceDatReader(file, decoder, Horizon.ofWhole())) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        assertNotNull(event.stamp());
      }
    } catch (InputException e) {
      assertTrue(e.getMessage().startsWith(file + ": error: "), e.getMessage());
    }
  }
}
