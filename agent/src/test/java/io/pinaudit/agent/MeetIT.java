package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How threads are held for a plan, and how they are not. */
class MeetIT {
  private static String site(String operation, String method) {
    return "{\"operation\": \"%s\", \"frames\": [%s]}".formatted(operation, method);
  }

  private static String pair(String method, String... inner) {
    String frames =
        List.of(inner).stream()
            .map(frame -> "\"MeetProgram." + frame + "\"")
            .collect(Collectors.joining(", "));
    return "{\"id\": \"%s\", \"hands\": %s, \"takes\": %s}"
        .formatted(
            method,
            site("FileChannel.write", frames),
            site("FileChannel.truncate", "\"MeetProgram.cut\""));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void holdsWhomItMayAndNobodyElse(int feature) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "MeetProgram");
    Path plan = builder.folder().resolve("plan.json");
    Files.writeString(
        plan,
        "{\"version\": 1, \"pairs\": ["
            + List.of(
                    "pinOften",
                    "pinInterrupted",
                    "pinWithPermit",
                    "pinInLoop",
                    "pinMeeting",
                    "pinInInitialiser")
                .stream()
                .map(method -> pair(method, "write", method))
                .collect(Collectors.joining(", "))
            + "]}");
    AgentRun run = builder.agent("=meet=" + plan + ",strict").recording().run(17).succeeded();
    assertEquals("on", run.printed("parked"));
    assertEquals("4096", run.printed("initialised"));
    List<RecordedEvent> waits = run.events("MeetingWait");
    assertEquals(2, waits(waits, "pinOften").size(), "the side that is favoured twice");
    assertEquals(List.of("alone", "alone"), outcomes(waits, "pinOften"));
    if (run.printed("interrupted.prompt").equals("true")) {
      assertEquals("true", run.printed("interrupted"));
      assertEquals(List.of("interrupted"), outcomes(waits, "pinInterrupted"));
    }
    assertEquals(List.of("alone"), outcomes(waits, "pinWithPermit"));
    assertEquals(List.of(), outcomes(waits, "pinInLoop"), "an event loop");
    assertEquals(List.of(), outcomes(waits, "pinInInitialiser"));
    if (run.printed("met.prompt").equals("true")) {
      assertMet(waits(waits, "pinMeeting"));
    }
    for (RecordedEvent transfer : run.events("BufferTransfer")) {
      assertTrue(
          waits.stream().noneMatch(wait -> overlap(wait, transfer)),
          "the wait is no part of the call: " + transfer);
    }
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void assertMet(List<RecordedEvent> both) {
    assertEquals(2, both.size());
    assertEquals(
        List.of("hands met", "takes met"),
        both.stream()
            .map(wait -> wait.getString("side") + " " + wait.getString("outcome"))
            .sorted()
            .toList());
    RecordedEvent one = both.get(0);
    assertEquals(one.getLong("meetingId"), both.get(1).getLong("meetingId"));
    assertEquals("buffer", one.getString("subject"));
    assertEquals(1_000, one.getLong("offsetBytes"));
    assertEquals(3_096, one.getLong("lengthBytes"));
    assertTrue(one.getString("path").endsWith("mapped.dat"), one::toString);
  }

  /** Whether two events of one thread overlap in time. */
  private static boolean overlap(RecordedEvent one, RecordedEvent other) {
    return one.getLong("kernelThreadId") == other.getLong("kernelThreadId")
        && one.getLong("startNanos") < other.getLong("endNanos")
        && other.getLong("startNanos") < one.getLong("endNanos");
  }

  private static List<RecordedEvent> waits(List<RecordedEvent> waits, String pair) {
    return waits.stream().filter(wait -> wait.getString("pair").equals(pair)).toList();
  }

  private static List<String> outcomes(List<RecordedEvent> waits, String pair) {
    return waits(waits, pair).stream().map(wait -> wait.getString("outcome")).toList();
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void tellsTheOrderOfThreads(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "MeetProgram").agent("").recording().run(17).succeeded();
    assertEquals(List.of(), run.events("MeetingWait"));
    List<RecordedEvent> orders = run.events("ThreadOrder");
    long starts = orders.stream().filter(order -> !order.getBoolean("joined")).count();
    assertTrue(starts >= 4, orders::toString);
    long joins =
        orders.stream()
            .filter(order -> order.getBoolean("joined"))
            .filter(order -> order.getThread().getJavaName().equals("main"))
            .count();
    assertEquals(3, joins, () -> "the fourth join has a time limit: " + orders);
  }
}
