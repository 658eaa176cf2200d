package io.pinaudit.analyzer.bpftrace;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.TextFile;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.io.IOException;

/** Any bytes are read without an exception. */
class BpftraceFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void bpftraceText(byte[] bytes) throws IOException {
    read(bytes);
  }

  @FuzzTest(maxDuration = "10m")
  void bpftraceJson(byte[] bytes) throws IOException {
    read(bytes);
  }

  private static void read(byte[] bytes) throws IOException {
    LineDecoder decoder =
        new LineDecoder(KernelLayout.ASSUMED, 0, LineDecoder.Writer.ANY, new Diagnostics());
    try (BpftraceReader reader =
        new BpftraceReader(new TextFile(FuzzedFile.holding(bytes)), decoder)) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        assertNotNull(event.stamp());
      }
    }
  }
}
