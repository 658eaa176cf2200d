package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent comes into a JVM that runs already, and leaves it. */
class AttachIT {
  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void findsWhatIsMappedAndLeavesClassesAsTheyWere(int feature) throws Exception {
    AgentRun.Builder builder =
        AgentRun.of(TestJdk.of(feature), "AttachProgram")
            .programAsAgent(17)
            .recording()
            .option("-Djdk.attach.allowAttachSelf=true");
    if (feature > 17) {
      // Else the JVM says that an agent was loaded.
      builder.option("-XX:+EnableDynamicAgentLoading");
    }
    AgentRun run = builder.run(17).succeeded();
    leavesClassesAsTheyWere(run.folder());
    RecordedEvent write = run.event("BufferTransfer", "write");
    assertEquals(4096 + 5, write.getLong("bufferOffsetBytes"));
    assertEquals(run.printed("mapped"), AgentRun.identity(write, "buffer"));
    assertEquals(1_999_999, run.event("FileTruncate", "truncate").getLong("newSizeBytes"));
    assertEquals(List.of(), run.eventsOf("FileTruncate", "unseen"));
    assertEquals(1_999_997, run.event("FileTruncate", "again").getLong("newSizeBytes"));
    RecordedEvent live = run.events("LiveMapping").get(0);
    assertEquals(run.printed("mapped"), AgentRun.identity(live));
    assertEquals(4096, live.getLong("offsetBytes"));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  @ParameterizedTest(name = "JDK {0}, there from the start: {1}")
  @CsvSource({"17, false", "17, true", "25, false", "25, true"})
  void weavesOnceHoweverOftenItComesAndStaysAsLongAsItIsUsed(int feature, boolean fromStart)
      throws Exception {
    AgentRun.Builder builder =
        AgentRun.of(TestJdk.of(feature), "AttachAgainProgram")
            .recording()
            .option("-Djdk.attach.allowAttachSelf=true");
    if (feature > 17) {
      builder.option("-XX:+EnableDynamicAgentLoading");
    }
    if (fromStart) {
      builder.agent("");
    }
    AgentRun run = builder.run(17);
    assertEquals(0, run.exitCode(), run::err);
    String kept = "pinaudit: the guard stays as it was when the agent came into this JVM";
    assertEquals(1, run.err().lines().filter(kept::equals).count(), run::err);
    assertEquals(999, run.event("FileTruncate", "first").getLong("newSizeBytes"));
    assertEquals(998, run.event("FileTruncate", "second").getLong("newSizeBytes"));
    assertEquals(997, run.event("FileTruncate", "third").getLong("newSizeBytes"));
    assertEquals(fromStart ? 1 : 0, run.eventsOf("FileTruncate", "fourth").size());
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void leavesClassesAsTheyWere(Path folder) throws IOException {
    int woven = 0;
    try (Stream<Path> files = Files.list(folder.resolve("before"))) {
      for (Path before : files.toList()) {
        Path name = before.getFileName();
        byte[] original = normal(before);
        woven += Arrays.equals(original, normal(folder.resolve("with").resolve(name))) ? 0 : 1;
        byte[] after = normal(folder.resolve("after").resolve(name));
        assertArrayEquals(original, after, name.toString());
      }
    }
    assertTrue(woven >= 7, woven + " classes were woven");
  }

  /**
   * Without the order of the constant pool, to which the JVM only ever adds, and without stack
   * maps, which that of JDK 17 forgets of classes that it does not verify.
   */
  private static byte[] normal(Path classFile) throws IOException {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(Files.readAllBytes(classFile)).accept(writer, ClassReader.SKIP_FRAMES);
    return writer.toByteArray();
  }
}
