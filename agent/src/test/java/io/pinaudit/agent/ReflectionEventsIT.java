package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What libraries do with native methods of the JDK that they look up by reflection. */
class ReflectionEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsTheCallsOfNativeMethods(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "ReflectionProgram")
            .agent("")
            .recording()
            .option("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
            .option("--add-opens=java.base/java.io=ALL-UNNAMED")
            .run(17)
            .succeeded();
    RecordedEvent truncate = run.event("FileTruncate", "truncate");
    assertEquals(55_555, truncate.getLong("newSizeBytes"));
    assertEquals(77_777, truncate.getLong("oldSizeBytes"));
    assertEquals(40, run.eventsOf("FileTruncate", "often").size());
    assertEquals(33_333, run.event("FileTruncate", "setLength").getLong("newSizeBytes"));
    assertNotNull(run.event("FileTruncate", "refused").getString("error"));
    RecordedEvent map = run.event("FileMap", "map");
    assertEquals(run.printed("mapped"), AgentRun.identity(map));
    assertEquals("READ_WRITE", map.getString("mode"));
    assertEquals(4096, map.getLong("offsetBytes"));
    assertEquals(20_000, map.getLong("lengthBytes"));
    RecordedEvent read = run.event("BufferTransfer", "read");
    assertEquals(map.getLong("address") + 5, read.getLong("bufferAddress"));
    assertEquals(7, read.getLong("storageOffsetBytes"));
    assertEquals(333, read.getLong("resultBytes"));
    RecordedEvent unmap = run.event("FileUnmap", "unmap");
    assertEquals(map.getLong("address"), unmap.getLong("address"));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }
}
