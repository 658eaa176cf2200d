package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of {@code RandomAccessFile.setLength}, a native method on JDK 17. */
class LengthEventsIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void recordsEachCallOnce(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "LengthProgram").agent("").recording().run(17).succeeded();
    assertTrue(run.out().endsWith("5 tex 11111\n"), run.out());
    List<Long> sizes =
        run.events("FileTruncate").stream()
            .filter(event -> event.getString("operation").equals("RandomAccessFile.setLength"))
            .filter(event -> event.getString("error") == null)
            .map(event -> event.getLong("newSizeBytes"))
            .toList();
    List<Long> expected =
        LongStream.of(88_888, 77_777, 66_666, 55_555, 44_444, 33_333, 22_222, 11_111)
            .boxed()
            .toList();
    assertEquals(expected, sizes);
    for (String line : List.of("subclass", "inherited", "overridden", "interface", "byReference")) {
      assertEquals(1, run.eventsOf("FileTruncate", line).size(), line);
    }
    RecordedEvent refused = run.event("FileTruncate", "refused");
    assertNotNull(refused.getString("error"));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }
}
