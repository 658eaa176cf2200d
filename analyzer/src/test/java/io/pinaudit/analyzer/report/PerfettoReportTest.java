package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The trace events have what the viewers need: phases, times, and a name for each track. */
class PerfettoReportTest {
  private Judgement run;
  private final List<JsonNode> events = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    run = Runs.judged(Runs.JAVA);
    String text = Runs.report(Format.PERFETTO, Sources.unknown(), List.of(run));
    JsonMapper.shared().readTree(text).get("traceEvents").forEach(events::add);
  }

  private static String text(JsonNode event, String field) {
    return event.get(field).asString();
  }

  private List<JsonNode> of(String phase, String category) {
    return events.stream()
        .filter(event -> text(event, "ph").equals(phase))
        .filter(event -> event.has("cat") && text(event, "cat").equals(category))
        .toList();
  }

  @Test
  void hasAPhaseATrackAndForAllButNamesATime() {
    Set<String> named = new HashSet<>();
    for (JsonNode event : events) {
      String track = event.get("pid").asInt() + "/" + event.get("tid").asInt();
      switch (text(event, "ph")) {
        case "M" -> named.add(track);
        case "X" -> assertTrue(event.get("dur").asDouble() >= 0, event::toString);
        case "i" -> assertEquals("t", text(event, "s"));
        case "b", "e" -> assertTrue(event.has("id"), event::toString);
        default -> throw new AssertionError(event.toString());
      }
      if (!text(event, "ph").equals("M")) {
        assertTrue(event.get("ts").isNumber(), event::toString);
        assertTrue(named.contains(track), () -> "no name of the track of " + event);
      }
    }
  }

  @Test
  void hasEachCallEachFreeAndEachInstance() {
    assertEquals(run.audit().javaCalls(), of("X", "call").size());
    assertTrue(of("i", "taken").stream().anyMatch(one -> text(one, "name").startsWith("freed ")));
    long instances = run.audit().findings().stream().mapToLong(one -> one.instances().size()).sum();
    assertTrue(instances > 0);
    assertEquals(instances, of("X", "finding").size());
  }

  @Test
  void endsEachPinThatItBegins() {
    Map<String, Double> begun = new HashMap<>();
    of("b", "pin").forEach(one -> begun.put(text(one, "id"), one.get("ts").asDouble()));
    assertTrue(begun.size() > 10, () -> begun.size() + " pins");
    assertEquals(begun.size(), of("e", "pin").size());
    for (JsonNode end : of("e", "pin")) {
      assertTrue(begun.get(text(end, "id")) <= end.get("ts").asDouble(), end::toString);
    }
  }
}
