package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes through libraries that call native functions: JNA, jnr-ffi, jnr-posix. */
class LibraryEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsTheCallsOfLibraries(int feature) throws Exception {
    AgentRun.Builder builder =
        AgentRun.of(TestJdk.of(feature), "LibraryProgram").agent("").recording();
    if (feature > 17) {
      builder.option("--enable-native-access=ALL-UNNAMED");
    }
    AgentRun run = builder.run(17).succeeded();
    recordsMapping(run, "jna", 555, 11);
    recordsMapping(run, "direct", 666, 33);
    recordsMapping(run, "jnr", 444, 22);
    recordsNames(run);
    recordsPosix(run);
    for (String namesake : List.of("jnaNamesake", "directNamesake", "jnrNamesake")) {
      assertEquals(List.of(), run.eventsOf("FileTruncate", namesake), namesake);
    }
    assertEquals(List.of(), run.events("RecordingLoss"));
    for (String hook : List.of("JNA", "JNA direct mapping", "jnr-ffi")) {
      assertTrue(
          run.events("HookCoverage").stream()
              .filter(event -> event.getString("hook").equals(hook))
              .anyMatch(event -> event.getString("state").equals("installed")),
          hook);
    }
  }

  private static void recordsMapping(AgentRun run, String library, long bytes, long offset)
      throws IOException {
    RecordedEvent truncate = run.event("FileTruncate", library + "Ftruncate");
    assertEquals("ftruncate", truncate.getString("operation"));
    assertEquals(1_999_993, truncate.getLong("newSizeBytes"));
    assertEquals(run.printed(library), AgentRun.identity(truncate));
    RecordedEvent map = run.event("FileMap", library + "Mmap");
    assertEquals(8192, map.getLong("offsetBytes"));
    assertEquals(40_960, map.getLong("lengthBytes"));
    assertEquals(run.printed(library), AgentRun.identity(map));
    RecordedEvent read = run.event("BufferTransfer", library + "Pread");
    assertEquals(map.getLong("address") + 4097, read.getLong("bufferAddress"));
    assertEquals(8192 + 4097, read.getLong("bufferOffsetBytes"));
    assertEquals(offset, read.getLong("storageOffsetBytes"));
    assertEquals(bytes, read.getLong("resultBytes"));
    RecordedEvent unmap = run.event("FileUnmap", library + "Munmap");
    assertEquals(map.getLong("address"), unmap.getLong("address"));
  }

  private static void recordsNames(AgentRun run) throws IOException {
    RecordedEvent open = run.event("FileTruncate", "jnaOpen");
    assertEquals("open", open.getString("operation"));
    assertEquals(777, run.event("FileTruncate", "jnaFunction").getLong("newSizeBytes"));
    assertEquals("-1", run.event("FileTruncate", "jnaFails").getString("error"));
    RecordedEvent unlink = run.event("FileDelete", "jnaUnlink");
    assertEquals(run.printed("jna"), AgentRun.identity(unlink));
    assertEquals(run.printed("direct"), AgentRun.identity(run.event("FileTruncate", "directOpen")));
    assertEquals("-1", run.event("FileTruncate", "directFails").getString("error"));
    RecordedEvent closed = run.event("NativeCall", "directCloseFails");
    assertTrue(closed.getString("error").contains("LastErrorException"), closed::toString);
    RecordedEvent direct = run.event("FileDelete", "directUnlink");
    assertEquals(run.printed("direct"), AgentRun.identity(direct));
    RecordedEvent rename = run.event("FileRename", "jnrRename");
    assertTrue(rename.getString("newPath").endsWith("/jnr-other.dat"), rename::toString);
    assertEquals(run.printed("jnr"), AgentRun.identity(run.event("FileDelete", "jnrUnlink")));
  }

  private static void recordsPosix(AgentRun run) throws IOException {
    RecordedEvent open = run.event("FileTruncate", "posixOpen");
    assertEquals(run.printed("posix"), AgentRun.identity(open));
    RecordedEvent truncate = run.event("FileTruncate", "posixFtruncate");
    assertEquals(1_234_567, truncate.getLong("newSizeBytes"));
    assertEquals(333, run.event("BufferTransfer", "posixPread").getLong("resultBytes"));
    RecordedEvent byName = run.event("FileTruncate", "posixTruncate");
    assertEquals(7_654, byName.getLong("newSizeBytes"));
    assertEquals(run.printed("posix"), AgentRun.identity(byName));
    assertEquals(run.printed("posix"), AgentRun.identity(run.event("FileDelete", "posixUnlink")));
    assertEquals("close", run.event("FileClose", "posixClose").getString("operation"));
  }
}
