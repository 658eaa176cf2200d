package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says that it pins. */
class PinEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsDeclaredPins(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "PinProgram")
            .agent("=pin=PinProgram.register(_,buffer,_),unpin=PinProgram.release(_,handle),strict")
            .recording()
            .run(17)
            .succeeded();
    recordsMarks(run);
    RecordedEvent pin = run.event("MemoryPin", "register");
    RecordedEvent unpin = run.event("MemoryUnpin", "release");
    assertEquals(pin.getLong("pinId"), unpin.getLong("pinId"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsMethodsThatAnOptionNames(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "PinProgram")
            .agent(
                "=pin=PinProgram.register(_,buffer,_);PinProgram.byAddress(_,address,_,length),"
                    + "unpin=PinProgram.release(_,buffer);PinProgram.drop(address)")
            .recording()
            .run(17)
            .succeeded();
    RecordedEvent pin = run.event("MemoryPin", "register");
    assertEquals("PinProgram.register", pin.getString("holder"));
    assertEquals(1_999_993, pin.getLong("lengthBytes"));
    assertEquals(8192, pin.getLong("bufferOffsetBytes"));
    RecordedEvent address = run.event("MemoryPin", "byAddress");
    assertEquals(0x10_000, address.getLong("bufferAddress"));
    assertEquals(333, address.getLong("lengthBytes"));
    assertEquals(0, address.getLong("bufferInode"));
    assertEquals(address.getLong("pinId"), run.event("MemoryUnpin", "drop").getLong("pinId"));
  }

  private static void recordsMarks(AgentRun run) throws IOException {
    RecordedEvent pin = run.event("MemoryPin", "mark");
    assertEquals("card", pin.getString("holder"));
    assertEquals(12_345, pin.getLong("lengthBytes"));
    assertEquals(8192 + 4096, pin.getLong("bufferOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(pin, "buffer"));
    assertFalse(pin.getBoolean("longTerm"));
    RecordedEvent unpin = run.event("MemoryUnpin", "unmark");
    assertEquals(pin.getLong("pinId"), unpin.getLong("pinId"));
    assertEquals(List.of(), run.eventsOf("MemoryUnpin", "unpinOther"));
    RecordedEvent forgotten = run.event("MemoryPin", "forget");
    assertEquals(3, run.events("MemoryPin").size());
    // The snapshot at the end of the recording.
    List<RecordedEvent> live = run.events("LivePin");
    assertEquals(forgotten.getLong("pinId"), live.get(0).getLong("pinId"));
    assertEquals(1, live.stream().mapToLong(event -> event.getLong("pinId")).distinct().count());
    RecordedEvent mapping = run.events("LiveMapping").get(0);
    assertEquals(run.printed("mapped"), AgentRun.identity(mapping));
    assertEquals(8192, mapping.getLong("offsetBytes"));
  }
}
