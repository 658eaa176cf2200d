package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import io.pinaudit.analyzer.trace.JavaCall;
import java.io.IOException;

/** Any bytes are calls and problems, never an exception, not even when a call is asked for. */
class JfrFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void recording(byte[] bytes) throws IOException {
    JfrRecording recording = JfrReader.read(FuzzedFile.holding(bytes));
    for (JavaCall call : recording.calls()) {
      assertNotNull(call.effect());
      assertTrue(call.toString().length() > 1);
    }
  }
}
