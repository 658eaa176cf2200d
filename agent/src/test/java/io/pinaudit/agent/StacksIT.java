package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which transfers have a stack. */
class StacksIT {
  private static final int OFTEN = 400;
  private static final int SIZE = 4567;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void takesAStackFromTimeToTimeAndWhenAFileIsCut(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "StacksProgram")
            .agent("")
            .recordingBriefly()
            .run(17)
            .succeeded();
    List<RecordedEvent> brief = run.events("BriefTransfer");
    assertTrue(brief.size() > OFTEN / 8, () -> "transfers without a stack: " + brief.size());
    for (RecordedEvent event : brief) {
      assertNull(event.getStackTrace());
      assertEquals("FileChannel.read", event.getString("operation"));
      assertEquals(SIZE, event.getLong("resultBytes"));
      assertTrue(event.getString("bufferPath").endsWith("/target"), event::toString);
      assertTrue(event.getString("storagePath").endsWith("/source"), event::toString);
    }
    int often = run.eventsOf("BufferTransfer", "often").size();
    assertTrue(often > 0, "the first");
    int cuts = Integer.parseInt(run.printed("cuts"));
    int afterCut = run.eventsOf("BufferTransfer", "afterCut").size();
    assertTrue(afterCut >= 1, "the one of which the cut was not held up");
    assertEquals(OFTEN + cuts, brief.size() + often + afterCut);
    assertEquals(1, run.eventsOf("BufferTransfer", "later").size());
    assertEquals(List.of(), run.events("RecordingLoss"));
  }
}
