package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through channels, files and streams of the JDK. */
class ChannelEventsIT {
  private static final long SIZE = 1_999_993;
  private static final long PAGE = 4096;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsEachCallWithItsLine(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "ChannelProgram")
            .agent("")
            .recording()
            .run(17)
            .succeeded();
    recordsMapping(run);
    recordsTransfers(run);
    recordsSizes(run);
    recordsNames(run);
    assertEquals(List.of(), run.events("RecordingLoss"));
    for (String kind : List.of("FileTruncate", "FileDelete", "FileClose", "BufferTransfer")) {
      for (RecordedEvent event : run.events(kind)) {
        assertEquals(run.printed("tid"), Long.toString(event.getLong("kernelThreadId")));
        assertTrue(event.getLong("startNanos") <= event.getLong("endNanos"), event::toString);
        assertNull(event.getString("error"), event::toString);
      }
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsWhatIsRelativeToAFolderAndWhatTheCollectorCloses(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "DirectoryProgram")
            .agent("")
            .recording()
            .run(17)
            .succeeded();
    RecordedEvent open = run.event("FileTruncate", "openAt");
    assertEquals(run.printed("kept"), AgentRun.identity(open));
    assertEquals(4_567, open.getLong("oldSizeBytes"));
    RecordedEvent rename = run.event("FileRename", "renameAt");
    assertEquals(run.printed("kept"), AgentRun.identity(rename));
    assertTrue(rename.getString("newPath").endsWith("/sub/moved.dat"), rename::toString);
    assertEquals(run.printed("gone"), AgentRun.identity(run.event("FileDelete", "unlinkAt")));
    List<RecordedEvent> closes = run.events("FileClose");
    assertEquals(1, closes.size());
    assertEquals(run.printed("lost"), AgentRun.identity(closes.get(0)));
  }

  private static void recordsMapping(AgentRun run) throws IOException {
    RecordedEvent map = run.event("FileMap", "map");
    assertEquals(PAGE, map.getLong("offsetBytes"));
    assertEquals(SIZE + 1, map.getLong("lengthBytes"));
    assertEquals("READ_WRITE", map.getString("mode"));
    assertEquals(run.printed("mapped"), AgentRun.identity(map));
    assertTrue(map.getString("path").endsWith("/mapped.dat"), map::toString);
    RecordedEvent grown = run.event("FileTruncate", "map");
    assertEquals(4097 + SIZE, grown.getLong("newSizeBytes"));
    assertEquals("FileChannel.map", grown.getString("operation"));
    RecordedEvent unmap =
        run.events("FileUnmap").stream()
            .filter(event -> event.getLong("address") == map.getLong("address"))
            .findFirst()
            .orElseThrow();
    assertEquals(SIZE + 1, unmap.getLong("lengthBytes"));
  }

  private static void recordsTransfers(AgentRun run) throws IOException {
    long address = run.event("FileMap", "map").getLong("address");
    RecordedEvent write = run.event("BufferTransfer", "write");
    assertEquals("FileChannel.write", write.getString("operation"));
    assertEquals(address + 4, write.getLong("bufferAddress"));
    assertEquals(PAGE + 4, write.getLong("bufferOffsetBytes"));
    assertEquals(12_345, write.getLong("lengthBytes"));
    assertEquals(12_345, write.getLong("resultBytes"));
    assertEquals(77, write.getLong("storageOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(write, "buffer"));
    assertEquals(run.printed("other"), AgentRun.identity(write, "storage"));
    assertFalse(write.getBoolean("direct"));
    RecordedEvent read = run.event("BufferTransfer", "read");
    assertEquals("FileChannel.read", read.getString("operation"));
    assertEquals(-1, read.getLong("storageOffsetBytes"));
    assertEquals(333, read.getLong("resultBytes"));
    List<RecordedEvent> scattered = run.eventsOf("BufferTransfer", "scatter");
    assertEquals(2, scattered.size());
    assertEquals(11, scattered.stream().mapToLong(event -> event.getLong("resultBytes")).sum());
    assertEquals(4, run.events("BufferTransfer").size());
  }

  private static void recordsSizes(AgentRun run) throws IOException {
    RecordedEvent truncate = run.event("FileTruncate", "truncate");
    assertEquals("FileChannel.truncate", truncate.getString("operation"));
    assertEquals(4097 + SIZE, truncate.getLong("oldSizeBytes"));
    assertEquals(SIZE, truncate.getLong("newSizeBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(truncate));
    RecordedEvent setLength = run.event("FileTruncate", "setLength");
    assertEquals("RandomAccessFile.setLength", setLength.getString("operation"));
    assertEquals(SIZE, setLength.getLong("oldSizeBytes"));
    assertEquals(777_777, setLength.getLong("newSizeBytes"));
    RecordedEvent stream = run.event("FileTruncate", "stream");
    assertEquals("FileOutputStream.open", stream.getString("operation"));
    assertEquals(run.printed("other"), AgentRun.identity(stream));
    RecordedEvent channel = run.event("FileTruncate", "newOutputStream");
    assertEquals(777_777, channel.getLong("oldSizeBytes"));
    assertEquals(0, channel.getLong("newSizeBytes"));
    assertEquals(5, run.events("FileTruncate").size());
  }

  private static void recordsNames(AgentRun run) throws IOException {
    RecordedEvent delete = run.event("FileDelete", "delete");
    assertEquals("Files.delete", delete.getString("operation"));
    assertEquals(run.printed("mapped"), AgentRun.identity(delete));
    assertEquals(1, delete.getInt("linksBefore"));
    RecordedEvent close = run.event("FileClose", "close");
    assertEquals(run.printed("mapped"), AgentRun.identity(close));
    assertTrue(close.getString("path").endsWith("/mapped.dat"), close::toString);
    RecordedEvent move = run.event("FileDelete", "move");
    assertEquals(run.printed("other"), AgentRun.identity(move));
    assertEquals("File.delete", run.event("FileDelete", "fileDelete").getString("operation"));
    assertEquals(1, run.events("FileClose").size());
    assertEquals(3, run.events("FileDelete").size());
  }
}
