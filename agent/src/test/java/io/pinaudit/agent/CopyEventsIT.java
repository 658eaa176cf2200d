package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of files, datagrams and pipes. */
class CopyEventsIT {
  private static final long SIZE = 1_999_993;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsCopiesAndWhatGoesOutOfMappings(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "CopyProgram").agent("").recording().run(17).succeeded();
    recordsCopies(run);
    recordsDatagrams(run);
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void recordsCopies(AgentRun run) throws IOException {
    RecordedEvent copy = run.event("FileTransfer", "copy");
    assertEquals("Files.copy", copy.getString("operation"));
    assertEquals(run.printed("source"), AgentRun.identity(copy, "source"));
    assertEquals(run.printed("copy"), AgentRun.identity(copy, "target"));
    assertEquals(SIZE, copy.getLong("resultBytes"));
    assertEquals(0, copy.getLong("sourceOffsetBytes"));
    assertEquals(SIZE, run.event("FileTransfer", "replace").getLong("resultBytes"));
    assertEquals(run.printed("copy"), AgentRun.identity(run.event("FileDelete", "replace")));
    RecordedEvent back = run.event("FileTransfer", "back");
    assertEquals(SIZE, back.getLong("resultBytes"));
    assertTrue(back.getString("targetPath").endsWith("/copy.dat"), back::toString);
    RecordedEvent failed = run.event("FileTransfer", "fails");
    assertNotNull(failed.getString("error"));
    assertEquals(-1, failed.getLong("resultBytes"));
  }

  private static void recordsDatagrams(AgentRun run) throws IOException {
    transfers(run, "send", "DatagramChannel.send", 333, 777);
    transfers(run, "receive", "DatagramChannel.receive", 333, 8192);
    transfers(run, "write", "DatagramChannel.write", 222, 11);
    transfers(run, "read", "DatagramChannel.read", 222, 4096);
    assertEquals(2, run.eventsOf("BufferTransfer", "gather").size());
    assertEquals(2, run.eventsOf("BufferTransfer", "scatter").size());
    assertEquals(List.of(), run.eventsOf("BufferTransfer", "sendHeap"));
    // Which dispatcher pipes have depends on the JDK.
    transfers(run, "sink", "(File|Socket)Channel.write", 999, 3);
    transfers(run, "source", "(File|Socket)Channel.read", 999, 12_288);
  }

  private static void transfers(
      AgentRun run, String line, String operation, long bytes, long offsetBytes)
      throws IOException {
    RecordedEvent transfer = run.event("BufferTransfer", line);
    assertTrue(transfer.getString("operation").matches(operation), transfer::toString);
    assertEquals(bytes, transfer.getLong("resultBytes"));
    assertEquals(offsetBytes, transfer.getLong("bufferOffsetBytes"));
    assertEquals(run.printed("source"), AgentRun.identity(transfer, "buffer"));
  }
}
