package io.pinaudit.analyzer.ftrace;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import java.io.IOException;
import java.nio.file.Path;

/** Any bytes are read without an exception, and the same by the scanner as line by line. */
class FtraceFuzzTest {
  private static final int BLOCK_BYTES = 512;

  @FuzzTest(maxDuration = "10m")
  void ftraceText(byte[] bytes) throws IOException {
    read(bytes);
  }

  @FuzzTest(maxDuration = "10m")
  void perfScript(byte[] bytes) throws IOException {
    read(bytes);
  }

  private static void read(byte[] bytes) throws IOException {
    Path file = FuzzedFile.holding(bytes);
    ClockSync.offsetNanos(file);
    ScannedTextTest.assertSame(file, BLOCK_BYTES, BLOCK_BYTES);
  }
}
