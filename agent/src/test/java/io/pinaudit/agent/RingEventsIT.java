package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What goes through io_uring and kernel AIO. */
class RingEventsIT {
  private static final Path LIBURING = Path.of("/usr/lib/x86_64-linux-gnu/liburing.so.2");

  @Test
  void recordsEntriesAndTheirCompletions() throws Exception {
    Assumptions.assumeTrue(Files.exists(LIBURING), "skipped: no liburing.so.2 on this machine");
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "RingProgram")
            .agent("")
            .recording()
            .option("--enable-native-access=ALL-UNNAMED")
            .run(25)
            .succeeded();
    recordsRegistration(run);
    recordsEntries(run);
    assertEquals(
        List.of("openat", "openat2"),
        run.eventsOf("FileTruncate", "enterOpens").stream()
            .map(event -> event.getString("operation"))
            .sorted()
            .toList());
    assertEquals(8192, run.event("RangeDeallocate", "enterOpens").getLong("offsetBytes"));
    recordsLibrary(run);
    recordsAio(run);
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void recordsRegistration(AgentRun run) throws IOException {
    RecordedEvent pin = run.event("MemoryPin", "register");
    assertEquals("io_uring_register", pin.getString("operation"));
    assertTrue(pin.getBoolean("longTerm"), pin::toString);
    assertEquals(40_960, pin.getLong("bufferOffsetBytes"));
    assertEquals(8192, pin.getLong("lengthBytes"));
    assertEquals(run.printed("shared"), AgentRun.identity(pin, "buffer"));
    RecordedEvent unpin = run.event("MemoryUnpin", "unregister");
    assertEquals(pin.getLong("pinId"), unpin.getLong("pinId"));
  }

  private static void recordsEntries(AgentRun run) throws IOException {
    List<RecordedEvent> entries = run.eventsOf("BufferTransfer", "enter");
    assertEquals(
        "io_uring read 40961+444 from 1002, io_uring read 77+555 from 1001,"
            + " io_uring write 4097+3333 from 1000",
        entries.stream().map(RingEventsIT::describe).sorted().collect(Collectors.joining(", ")));
    for (RecordedEvent entry : entries) {
      String buffer = entry.getLong("lengthBytes") == 444 ? "shared" : "mapped";
      assertEquals(run.printed(buffer), AgentRun.identity(entry, "buffer"));
      assertEquals(run.printed("storage"), AgentRun.identity(entry, "storage"));
      assertEquals(entry.getLong("lengthBytes"), end(run, entry).getLong("resultBytes"));
    }
  }

  private static String describe(RecordedEvent entry) {
    return "%s %d+%d from %d"
        .formatted(
            entry.getString("operation"),
            entry.getLong("bufferOffsetBytes"),
            entry.getLong("lengthBytes"),
            entry.getLong("storageOffsetBytes"));
  }

  private static void recordsLibrary(AgentRun run) throws IOException {
    List<RecordedEvent> reads = run.eventsOf("BufferTransfer", "libraryRead");
    assertEquals(6, reads.size());
    for (int i = 0; i < 6; i++) {
      assertEquals(8192 + i, reads.get(i).getLong("bufferOffsetBytes"));
      assertEquals(101 + i, end(run, reads.get(i)).getLong("resultBytes"));
    }
  }

  private static void recordsAio(AgentRun run) throws IOException {
    RecordedEvent write = run.event("BufferTransfer", "ioSubmit");
    assertEquals("io_submit pwrite", write.getString("operation"));
    assertEquals(12_288, write.getLong("bufferOffsetBytes"));
    assertEquals(333, write.getLong("storageOffsetBytes"));
    assertEquals(2222, end(run, write).getLong("resultBytes"));
  }

  private static RecordedEvent end(AgentRun run, RecordedEvent request) throws IOException {
    RecordedEvent end =
        run.events("TransferEnd").stream()
            .filter(event -> event.getLong("requestId") == request.getLong("requestId"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no end of " + request));
    assertTrue(end.getLong("endNanos") >= request.getLong("endNanos"), end::toString);
    return end;
  }
}
