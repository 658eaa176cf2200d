package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modes of mapping, ways of unmapping, and the rarer ways to truncate, rename and delete. */
class MappingEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsModesAndWays(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "MappingProgram")
            .agent("")
            .recording()
            .run(0)
            .withoutUnsafeWarning();
    recordsModes(run);
    recordsUnsafe(run);
    recordsNames(run);
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void recordsModes(AgentRun run) throws IOException {
    RecordedEvent readOnly = run.event("FileMap", "readOnly");
    assertEquals("READ_ONLY", readOnly.getString("mode"));
    assertEquals(11_111, readOnly.getLong("lengthBytes"));
    assertEquals("PRIVATE", run.event("FileMap", "private").getString("mode"));
    RecordedEvent sync = run.event("FileMap", "sync");
    assertEquals("READ_WRITE_SYNC", sync.getString("mode"));
    if (run.printed("sync").equals("true")) {
      assertNull(sync.getString("error"));
    } else {
      assertNotNull(sync.getString("error"));
      assertEquals(0, sync.getLong("address"));
    }
  }

  private static void recordsUnsafe(AgentRun run) throws IOException {
    RecordedEvent kept = run.event("FileMap", "kept");
    RecordedEvent slice = run.event("BufferTransfer", "slice");
    assertEquals(kept.getLong("address") + 8192, slice.getLong("bufferAddress"));
    assertEquals(16_384, slice.getLong("bufferOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(slice, "buffer"));
    assertTrue(slice.getBoolean("direct"), slice::toString);
    assertEquals(55_555, run.event("FileUnmap", "invokeCleaner").getLong("lengthBytes"));
    RecordedEvent last = run.event("FileUnmap", "invokeCleanerLast");
    assertEquals(kept.getLong("address"), last.getLong("address"));
  }

  private static void recordsNames(AgentRun run) throws IOException {
    RecordedEvent delete = run.event("FileDelete", "deleteOnClose");
    RecordedEvent close = run.event("FileClose", "lastClose");
    assertEquals(AgentRun.identity(delete), AgentRun.identity(close));
    assertTrue(close.getString("path").endsWith("/temporary.dat"), close::toString);
    RecordedEvent created = run.event("FileTruncate", "created");
    assertEquals(0, created.getLong("oldSizeBytes"));
    RecordedEvent replaced = run.event("FileDelete", "renameTo");
    assertEquals(AgentRun.identity(created), AgentRun.identity(replaced));
    assertEquals("File.renameTo", replaced.getString("operation"));
    RecordedEvent renamed = run.event("FileRename", "renameOnly");
    assertTrue(renamed.getString("path").endsWith("/to.dat"), renamed::toString);
    assertTrue(renamed.getString("newPath").endsWith("/moved.dat"), renamed::toString);
    assertEquals(List.of(), run.eventsOf("FileDelete", "renameOnly"));
    assertEquals("false", run.event("FileDelete", "deleteNothing").getString("error"));
    RecordedEvent deleted = run.event("FileDelete", "deleteIfExists");
    assertEquals(AgentRun.identity(renamed), AgentRun.identity(deleted));
    // It asks whether there is one, and makes no further system call.
    assertEquals(List.of(), run.eventsOf("FileDelete", "deleteNone"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void mapsAmongManyMappingsAsFastAsAmongFew(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "ManyMappingsProgram")
            .agent("")
            .recording()
            .option("-Dmany=20000")
            .run(0)
            .withoutUnsafeWarning();
    long few = Long.parseLong(run.printed("few"));
    long many = Long.parseLong(run.printed("many"));
    assertTrue(many < 3 * few, run.out());
    List<RecordedEvent> live = run.events("LiveMapping");
    long told = live.stream().map(event -> event.getLong("address")).distinct().count();
    long lives = Long.parseLong(run.printed("live"));
    assertTrue(told == lives || run.lostEvents(), told + " of " + lives + ", and no loss told");
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  /** Which closes its segments in every way that an arena has. */
  @Test
  void recordsArenas() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "ArenaProgram")
            .agent("")
            .recording()
            .option("--enable-native-access=ALL-UNNAMED")
            .run(25)
            .succeeded();
    for (String kind : List.of("confined", "shared")) {
      long address = run.event("FileMap", kind).getLong("address");
      assertEquals(address, run.event("FileUnmap", kind + "Close").getLong("address"));
    }
    // Addresses are given away again; what was mapped last is never unmapped.
    assertEquals(4, run.events("FileMap").size());
    assertEquals(3, run.events("FileUnmap").size());
    long global = run.event("FileMap", "global").getLong("address");
    List<RecordedEvent> live = run.events("LiveMapping");
    assertEquals(global, live.get(live.size() - 1).getLong("address"));
  }

  /** A function is told by its library: another one of that name is none of the C library's. */
  @Test
  void leavesOtherLibrariesAlone() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "NamesakeProgram")
            .agent("")
            .recording()
            .option("--enable-native-access=ALL-UNNAMED")
            .run(25)
            .succeeded();
    if (run.out().startsWith("skipped")) {
      Assumptions.abort(run.out());
    }
    assertEquals(List.of(), run.eventsOf("FileTruncate", "namesake"));
    assertEquals(List.of(), run.eventsOf("FileDelete", "namesake"));
    RecordedEvent pin = run.event("MemoryPin", "register");
    assertEquals("ibv_mr", pin.getString("holder"));
    assertEquals(4096 + 77, pin.getLong("bufferOffsetBytes"));
    assertTrue(pin.getBoolean("longTerm"), pin::toString);
    RecordedEvent unpin = run.event("MemoryUnpin", "deregister");
    assertEquals(pin.getLong("pinId"), unpin.getLong("pinId"));
    assertEquals("returned NULL", run.event("MemoryPin", "refused").getString("error"));
    assertEquals(List.of(), run.eventsOf("MemoryPin", "onDemand"), "it pins nothing");
    assertEquals(1_234, run.event("FileTruncate", "dlsym").getLong("newSizeBytes"));
  }
}
