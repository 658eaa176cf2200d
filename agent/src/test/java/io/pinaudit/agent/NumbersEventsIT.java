package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings that name files and buffers by number, and memory that is freed under their requests. */
class NumbersEventsIT {
  @Test
  void resolvesNumbersAndKnowsWhatIsFreedTooEarly() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "NumbersProgram")
            .agent("")
            .recording()
            .option("--enable-native-access=ALL-UNNAMED")
            .run(0)
            .withoutUnsafeWarning();
    assertTrue(run.out().startsWith("cut fault"), run.out());
    assertEquals(List.of(), run.events("RecordingLoss"));
    files(run);
    buffers(run);
    memory(run);
    ranges(run);
    messages(run);
    mappings(run);
    run.event("FileUnmap", "unmapAfterRing");
    assertTrue(run.out().endsWith("still here\n"), run.out());
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void knowsOfBuffersFreedUnderAsynchronousChannels(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "AsyncFreeProgram")
            .agent("")
            .recording()
            .run(0)
            .withoutUnsafeWarning();
    assertEquals("999\nBad address\n", run.out());
    RecordedEvent freed = run.event("MemoryFree", "beforeEnd");
    assertEquals("AsynchronousFileChannel.read", freed.getString("requestOperation"));
    assertEquals(997, freed.getLong("requestLengthBytes"));
    assertEquals(1, run.events("MemoryFree").size());
    assertEquals(List.of(), run.events("BufferTransfer"));
    assertEquals(List.of(), run.events("TransferEnd"));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void files(AgentRun run) throws IOException {
    RecordedEvent cut = run.event("FileTruncate", "fixedTruncate");
    assertEquals("cut.dat", name(cut));
    assertEquals(1_999_993, cut.getLong("oldSizeBytes"));
    assertEquals(12_345, cut.getLong("newSizeBytes"));
    RecordedEvent unknown = run.event("UnresolvedRequest", "unknownFile");
    assertEquals("io_uring ftruncate", unknown.getString("operation"));
    assertEquals("registered file", unknown.getString("kind"));
    assertEquals(List.of(), run.eventsOf("FileTruncate", "unknownFile"));
    assertEquals("other.dat", name(run.event("FileTruncate", "updatedFile")));
    assertEquals(List.of(), run.eventsOf("UnresolvedRequest", "updatedFile"));
  }

  private static void buffers(AgentRun run) throws IOException {
    // 7 is in a mapping, 8 is not, and 9 was never provided.
    assertEquals(
        List.of(7, 9),
        run.eventsOf("UnresolvedRequest", "select").stream()
            .map(event -> event.getInt("number"))
            .toList());
  }

  private static void memory(AgentRun run) throws IOException {
    RecordedEvent closed = run.event("MemoryFree", "closeEarly");
    assertEquals("Arena.close", closed.getString("operation"));
    assertEquals("io_uring read", closed.getString("requestOperation"));
    assertEquals(65_521, closed.getLong("requestLengthBytes"));
    assertTrue(closed.getLong("address") <= closed.getLong("requestAddress"));
    assertTrue(closed.getLong("lengthBytes") >= 65_521, closed::toString);
    assertTrue(closed.getLong("requestNanos") < closed.getLong("startNanos"), closed::toString);
    RecordedEvent cleaned = run.event("MemoryFree", "clean");
    assertEquals("Cleaner.clean", cleaned.getString("operation"));
    assertEquals(cleaned.getLong("address") + 99, cleaned.getLong("requestAddress"));
    RecordedEvent freed = run.event("MemoryFree", "free");
    assertEquals("free", freed.getString("operation"));
    assertEquals(-1, freed.getLong("lengthBytes"));
    assertEquals(3001, freed.getLong("requestLengthBytes"));
    RecordedEvent unsafe = run.event("MemoryFree", "freeMemory");
    assertEquals("Unsafe.freeMemory", unsafe.getString("operation"));
    assertEquals(unsafe.getLong("address"), unsafe.getLong("requestAddress"));
    assertEquals(3003, unsafe.getLong("requestLengthBytes"));
    assertEquals(4, run.events("MemoryFree").size(), "each is told once, by who knows most");
    assertEquals(
        List.of(2003L, 2005L, 2007L),
        run.eventsOf("BufferTransfer", "read").stream()
            .map(event -> event.getLong("lengthBytes"))
            .toList(),
        "only those into mapped memory");
  }

  private static void ranges(AgentRun run) throws IOException {
    RecordedEvent collapse = run.event("RangeDeallocate", "collapse");
    assertEquals(8, collapse.getInt("mode"));
    assertEquals(1_999_993, collapse.getLong("oldSizeBytes"));
    assertEquals(1_959_033, collapse.getLong("newSizeBytes"));
    RecordedEvent insert = run.event("RangeDeallocate", "insert");
    assertEquals(2_008_185, insert.getLong("newSizeBytes"));
    assertEquals(1_999_993, run.event("RangeDeallocate", "punch").getLong("newSizeBytes"));
    assertEquals(1_979_513, run.event("RangeDeallocate", "ringCollapse").getLong("newSizeBytes"));
    List<RecordedEvent> checks = run.events("MappingCheck");
    assertEquals(
        "cut.dat gone, collapsed.dat gone, ring.dat gone, kept.dat there",
        checks.stream()
            .map(check -> name(check) + " " + check.getString("page"))
            .collect(Collectors.joining(", ")));
  }

  private static void messages(AgentRun run) throws IOException {
    RecordedEvent received = run.event("BufferTransfer", "receive");
    assertEquals("io_uring recvmsg", received.getString("operation"));
    assertEquals(2009, received.getLong("lengthBytes"));
    assertEquals(5, end(run, received).getLong("resultBytes"));
    RecordedEvent again = run.event("UnresolvedRequest", "again");
    assertEquals(7, again.getInt("number"));
    RecordedEvent silent = run.event("BufferTransfer", "silent");
    assertEquals(2011, silent.getLong("lengthBytes"));
    assertTrue(end(run, silent).getLong("endNanos") >= silent.getLong("endNanos"));
  }

  private static void mappings(AgentRun run) throws IOException {
    long unmapped = run.event("FileUnmap", "unmapAfterPoll").getLong("startNanos");
    assertTrue(end(run, 2003).getLong("endNanos") <= unmapped, "the program saw the end before");
    unmapped = run.event("FileUnmap", "unmapEarly").getLong("endNanos");
    assertTrue(end(run, 2005).getLong("startNanos") > unmapped, "it went on");
    assertEquals(5, end(run, 2007).getLong("resultBytes"), "seen when the ring is closed");
  }

  private static RecordedEvent end(AgentRun run, long lengthBytes) throws IOException {
    return end(
        run,
        run.eventsOf("BufferTransfer", "read").stream()
            .filter(event -> event.getLong("lengthBytes") == lengthBytes)
            .findFirst()
            .orElseThrow());
  }

  private static RecordedEvent end(AgentRun run, RecordedEvent request) throws IOException {
    long id = request.getLong("requestId");
    return run.events("TransferEnd").stream()
        .filter(event -> event.getLong("requestId") == id)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no end of " + request));
  }

  private static String name(RecordedEvent event) {
    return Path.of(event.getString("path")).getFileName().toString();
  }
}
