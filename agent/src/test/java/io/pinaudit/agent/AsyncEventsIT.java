package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through asynchronous, direct and socket channels, and from file to file. */
class AsyncEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsTransfersWithBothEndpoints(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "AsyncProgram").agent("").recording().run(17).succeeded();
    recordsRequests(run);
    recordsDirect(run);
    recordsSockets(run);
    recordsFileTransfers(run, feature);
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  /** From the call that asks for the I/O until its system call has returned. */
  private static void recordsRequests(AgentRun run) throws IOException {
    RecordedEvent write = run.event("BufferTransfer", "asyncWrite");
    assertEquals("AsynchronousFileChannel.write", write.getString("operation"));
    assertEquals(11, write.getLong("bufferOffsetBytes"));
    assertEquals(55, write.getLong("storageOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(write, "buffer"));
    assertEquals(run.printed("other"), AgentRun.identity(write, "storage"));
    endsAfterItsSystemCall(run, write, 33_333);
    RecordedEvent read = run.event("BufferTransfer", "asyncRead");
    assertEquals("AsynchronousFileChannel.read", read.getString("operation"));
    endsAfterItsSystemCall(run, read, 12_321);
    assertNotEquals(write.getLong("requestId"), read.getLong("requestId"));
    assertEquals(2, run.events("TransferEnd").size());
    assertEquals(List.of(), run.eventsOf("BufferTransfer", "asyncHeap"));
  }

  private static void endsAfterItsSystemCall(AgentRun run, RecordedEvent request, long bytes)
      throws IOException {
    assertTrue(request.getLong("requestId") != 0, request::toString);
    RecordedEvent end =
        run.events("TransferEnd").stream()
            .filter(event -> event.getLong("requestId") == request.getLong("requestId"))
            .findFirst()
            .orElseThrow();
    assertEquals(bytes, end.getLong("resultBytes"));
    RecordedEvent call =
        run.events("BufferTransfer").stream()
            .filter(event -> event.getLong("requestId") == 0)
            .filter(event -> event.getLong("bufferAddress") == request.getLong("bufferAddress"))
            .findFirst()
            .orElseThrow();
    assertEquals(bytes, call.getLong("resultBytes"));
    assertTrue(request.getLong("startNanos") <= call.getLong("startNanos"), call::toString);
    assertEquals(call.getLong("endNanos"), end.getLong("endNanos"));
    assertNotEquals(request.getLong("kernelThreadId"), call.getLong("kernelThreadId"));
  }

  private static void recordsDirect(AgentRun run) throws IOException {
    RecordedEvent write = run.event("BufferTransfer", "directWrite");
    assertTrue(write.getBoolean("direct"), write::toString);
    assertEquals(8192, write.getLong("resultBytes"));
    assertEquals(0, write.getLong("bufferInode"));
    assertEquals(-1, write.getLong("bufferOffsetBytes"));
    RecordedEvent read = run.event("BufferTransfer", "directRead");
    assertTrue(read.getBoolean("direct"), read::toString);
    assertEquals(run.printed("mapped"), AgentRun.identity(read, "buffer"));
    assertEquals(8192, read.getLong("bufferOffsetBytes"));
    assertEquals(4096, read.getLong("storageOffsetBytes"));
    assertTrue(run.event("BufferTransfer", "directMemoryRead").getBoolean("direct"));
  }

  private static void recordsSockets(AgentRun run) throws IOException {
    RecordedEvent write = run.event("BufferTransfer", "socketWrite");
    assertEquals("SocketChannel.write", write.getString("operation"));
    assertEquals(555, write.getLong("resultBytes"));
    assertTrue(write.getString("storagePath").startsWith("socket:["), write::toString);
    assertFalse(write.getBoolean("direct"));
    List<RecordedEvent> reads = run.eventsOf("BufferTransfer", "socketRead");
    assertEquals(2, reads.size());
    assertEquals(555, reads.stream().mapToLong(event -> event.getLong("resultBytes")).sum());
    assertEquals(List.of(), run.eventsOf("BufferTransfer", "socketDirect"));
  }

  private static void recordsFileTransfers(AgentRun run, int feature) throws IOException {
    RecordedEvent sendfile = last(run.eventsOf("FileTransfer", "sendfile"));
    assertEquals("FileChannel.transferTo", sendfile.getString("operation"));
    assertEquals(3, sendfile.getLong("sourceOffsetBytes"));
    assertEquals(1001, sendfile.getLong("resultBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(sendfile, "source"));
    assertTrue(sendfile.getString("targetPath").startsWith("socket:["), sendfile::toString);
    RecordedEvent to = last(run.eventsOf("FileTransfer", "transferTo"));
    assertEquals(7007, to.getLong("resultBytes"));
    if (feature == 17) {
      // JDK 17 maps the source and writes from there.
      RecordedEvent from = run.event("BufferTransfer", "transferFrom");
      assertEquals(333, from.getLong("resultBytes"));
    } else {
      RecordedEvent from = last(run.eventsOf("FileTransfer", "transferFrom"));
      assertEquals("FileChannel.transferFrom", from.getString("operation"));
      assertEquals(100, from.getLong("targetOffsetBytes"));
      assertEquals(333, from.getLong("resultBytes"));
    }
  }

  private static RecordedEvent last(List<RecordedEvent> events) {
    return events.get(events.size() - 1);
  }
}
