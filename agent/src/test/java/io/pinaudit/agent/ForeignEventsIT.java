package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/** What goes through foreign functions, arenas and virtual threads. */
class ForeignEventsIT {
  private static final long SIZE = 1_999_993;

  private static AgentRun run(String program) throws Exception {
    return AgentRun.of(TestJdk.of(25), program)
        .agent("")
        .recording()
        .option("--enable-native-access=ALL-UNNAMED")
        .option("-Djdk.virtualThreadScheduler.parallelism=1")
        .option("-Djdk.virtualThreadScheduler.maxPoolSize=1")
        .run(25)
        .succeeded();
  }

  @Test
  void recordsForeignCallsWithTheirLines() throws Exception {
    AgentRun run = run("ForeignProgram");
    recordsVmsplice(run);
    recordsWrites(run);
    recordsMapping(run);
    recordsSizes(run);
    recordsNames(run);
    assertEquals(List.of(), run.events("RecordingLoss"));
    for (RecordedEvent event : run.events("BufferTransfer")) {
      assertEquals(run.printed("tid"), Long.toString(event.getLong("kernelThreadId")));
    }
  }

  private static void recordsVmsplice(AgentRun run) throws IOException {
    RecordedEvent map = run.event("FileMap", "map");
    assertEquals(SIZE, map.getLong("lengthBytes"));
    List<RecordedEvent> pieces = run.eventsOf("BufferTransfer", "vmsplice");
    assertEquals(2, pieces.size());
    RecordedEvent second =
        pieces.get(0).getLong("lengthBytes") == 777 ? pieces.get(0) : pieces.get(1);
    assertEquals("vmsplice", second.getString("operation"));
    assertEquals(map.getLong("address") + 40_961, second.getLong("bufferAddress"));
    assertEquals(40_961, second.getLong("bufferOffsetBytes"));
    assertEquals(777, second.getLong("resultBytes"));
    assertEquals(run.printed("spliced"), AgentRun.identity(second, "buffer"));
    assertTrue(second.getString("storagePath").startsWith("pipe:["), second::toString);
    RecordedEvent failed = run.event("BufferTransfer", "vmspliceFails");
    assertEquals("errno 9", failed.getString("error"));
    assertEquals(-1, failed.getLong("resultBytes"));
    RecordedEvent closed = run.event("FileUnmap", "arenaClose");
    assertEquals(map.getLong("address"), closed.getLong("address"));
    assertEquals(run.printed("spliced"), AgentRun.identity(run.event("FileDelete", "delete")));
  }

  private static void recordsWrites(AgentRun run) throws IOException {
    RecordedEvent unbound = run.event("BufferTransfer", "write");
    assertEquals("write", unbound.getString("operation"));
    assertEquals(333, unbound.getLong("resultBytes"));
    RecordedEvent syscall = run.event("BufferTransfer", "syscall");
    assertEquals("write", syscall.getString("operation"));
    assertEquals(200, syscall.getLong("bufferOffsetBytes"));
  }

  private static void recordsMapping(AgentRun run) throws IOException {
    RecordedEvent map = run.event("FileMap", "mmap");
    assertEquals(8192, map.getLong("offsetBytes"));
    assertEquals(40_960, map.getLong("lengthBytes"));
    assertEquals("prot=0x3 flags=0x1", map.getString("mode"));
    assertEquals(run.printed("mapped"), AgentRun.identity(map));
    RecordedEvent unmap = run.event("FileUnmap", "munmap");
    assertEquals(map.getLong("address") + 4096, unmap.getLong("address"));
    RecordedEvent read = run.event("BufferTransfer", "pread");
    assertEquals(8192 + 8193, read.getLong("bufferOffsetBytes"));
    assertEquals(11, read.getLong("storageOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(read, "storage"));
    // Two pieces and a failure of vmsplice, two writes, one pread: that into the hole is none.
    assertEquals(6, run.events("BufferTransfer").size());
  }

  private static void recordsSizes(AgentRun run) throws IOException {
    RecordedEvent truncate = run.event("FileTruncate", "ftruncate");
    assertEquals(SIZE, truncate.getLong("newSizeBytes"));
    RecordedEvent punch = run.event("RangeDeallocate", "fallocate");
    assertEquals(3, punch.getInt("mode"));
    assertEquals(4096, punch.getLong("offsetBytes"));
    assertEquals(12_288, punch.getLong("lengthBytes"));
    RecordedEvent open = run.event("FileTruncate", "openTruncates");
    assertEquals("open", open.getString("operation"));
    assertEquals(run.printed("mapped"), AgentRun.identity(open));
    RecordedEvent close = run.event("NativeCall", "close");
    assertEquals("close", close.getString("operation"));
  }

  private static void recordsNames(AgentRun run) throws IOException {
    RecordedEvent rename = run.event("FileDelete", "rename");
    assertEquals(run.printed("to"), AgentRun.identity(rename));
    RecordedEvent unlink = run.event("FileDelete", "unlink");
    assertEquals(run.printed("from"), AgentRun.identity(unlink));
    assertTrue(unlink.getString("path").endsWith("/to"), unlink::toString);
  }

  @Test
  void namesTheCarrierOfAVirtualThread() throws Exception {
    AgentRun run = run("VirtualThreadProgram");
    RecordedEvent map = run.event("FileMap", "map");
    assertEquals(run.printed("tid"), Long.toString(map.getLong("kernelThreadId")));
    assertEquals(1, run.events("FileUnmap").size());
  }
}
