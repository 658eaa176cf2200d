package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a watch tells of stands in the recordings of the JVM. */
class FoundHazardsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void writesAnEventForEachLineThatIsWhole(int feature) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "ClosingProgram").recording();
    Path found = builder.folder().resolve("told.hazards");
    Files.write(found, List.of(line("F0", "1999991")));
    Path lines = builder.folder().resolve("lines");
    Files.write(
        lines,
        List.of(line("F1", "1999993"), "F2\ta line of other words", line("F3", "no time"), "F4"));
    builder.option("-Dlines=" + lines);
    AgentRun run = builder.agent("=found=" + found).run(17).succeeded();
    List<RecordedEvent> events = run.events("HazardFound");
    assertEquals(1, events.size(), events::toString);
    RecordedEvent event = events.get(0);
    assertEquals("F1", event.getString("finding"));
    assertEquals("R", event.getString("rule"));
    assertEquals("error", event.getString("severity"));
    assertEquals("possible", event.getString("certainty"));
    assertEquals("0af", event.getString("fingerprint"));
    assertEquals("what is", event.getString("what"));
    assertEquals("where", event.getString("where"));
    assertEquals(1_999_993, event.getLong("startNanos"));
    assertEquals(1, run.events("FileDelete").size());
  }

  private static String line(String finding, String nanos) {
    return String.join("\t", finding, "R", "error", "possible", "0af", nanos, "what is", "where");
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void doesWithoutAFileOrARecording(int feature) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "ClosingProgram");
    builder.agent("=found=" + builder.folder().resolve("none")).run(17).succeeded();
    AgentRun.Builder other = AgentRun.of(TestJdk.of(feature), "ClosingProgram");
    Path found = Files.createDirectories(other.folder().resolve("told.hazards"));
    other.agent("=found=" + found).recording().run(17).succeeded();
  }
}
