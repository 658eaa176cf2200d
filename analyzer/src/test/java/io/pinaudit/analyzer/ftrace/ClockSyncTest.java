package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockSyncTest {
  @TempDir Path folder;

  private long offset(String text) throws IOException {
    return ClockSync.offsetNanos(Files.writeString(folder.resolve("trace"), text));
  }

  @Test
  void tellsTheClockByTheMarkerOfTheTrace() throws IOException {
    String marker =
        "          atrace-215     [001] .....  5712.345678: tracing_mark_write:"
            + " trace_event_clock_sync: parent_ts=12.345670\n";
    assertEquals(-5_700_000_008_000L, offset("# tracer: nop\n#\n" + marker));
    assertEquals(0, offset(marker.replace("5712.345678", "12.345678")), "the same clock");
  }

  @Test
  void tellsNothingWithoutMarker() throws IOException {
    assertEquals(0, offset(""));
    assertEquals(0, offset("app-1 [000] ..... 1.000000: tracing_mark_write: hello\n"));
    assertEquals(0, offset("trace_event_clock_sync: parent_ts=12.3\n"));
  }
}
