package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that says that a JVM lives, and what became of its recordings. */
class HeartbeatIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void tellsOfTheEnd(int feature) throws Exception {
    AgentRun.Builder builder = builder(feature).recording();
    AgentRun run = builder.run(17).succeeded();
    List<String> lines = lines(builder);
    assertTrue(lines.contains("ended=true"), lines::toString);
    assertTrue(has(lines, "recording.1=(STOPPED|CLOSED) at exit \\d+"), lines::toString);
    assertTrue(number(lines, "events") >= 1, lines::toString);
    assertTrue(number(lines, "lastNanos") - number(lines, "startedNanos") > 1_000_000_000L);
    assertEquals(1, run.events("FileDelete").size());
    assertEquals(List.of(), run.events("FileRename"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void tellsOfRecordingsThatTheProgramClosed(int feature) throws Exception {
    AgentRun.Builder builder = builder(feature).recording().option("-Dclosing=true");
    builder.run(17).succeeded();
    List<String> lines = lines(builder);
    assertTrue(has(lines, "recording.1=CLOSED \\d+"), lines::toString);
    assertFalse(has(lines, ".* at exit .*"), lines::toString);
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void beatsWithoutARecording(int feature) throws Exception {
    AgentRun.Builder builder = builder(feature);
    builder.run(17).succeeded();
    List<String> lines = lines(builder);
    assertTrue(lines.contains("events=0"), lines::toString);
    assertFalse(has(lines, "recording.*"), lines::toString);
  }

  private static AgentRun.Builder builder(int feature) throws IOException {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "ClosingProgram");
    return builder.agent("=heartbeat=" + builder.folder().resolve("beats"));
  }

  private static List<String> lines(AgentRun.Builder builder) throws IOException {
    try (Stream<Path> files = Files.list(builder.folder().resolve("beats"))) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all::toString);
      String name = all.get(0).getFileName().toString();
      assertTrue(name.matches("[0-9a-f-]{36}-\\d+-\\d+-\\d+\\.heartbeat"), name);
      return Files.readAllLines(all.get(0));
    }
  }

  private static boolean has(List<String> lines, String pattern) {
    return lines.stream().anyMatch(line -> line.matches(pattern));
  }

  private static long number(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key + "="))
        .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
