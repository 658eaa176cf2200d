package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recording that the agent starts, as a recorder asks for it in a file. */
class RunRecordingIT {
  private static final String NAME = "hotspot-pid-\\d+-of-\\d+-\\d+\\.jfr";

  /** Asks for a recording; returns the JVM. */
  private static AgentRun.Builder asking(int feature, String program, String... more)
      throws IOException {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), program);
    Path settings =
        Files.writeString(
            builder.folder().resolve("settings.jfc"),
            """
            <configuration version="2.0"><event name="pinaudit.FileDelete">
            <setting name="enabled">true</setting></event></configuration>
            """);
    Path asked = builder.folder().resolve("recording");
    Files.writeString(asked, "settings=" + settings + "\nmaxsize=1000000\nmaxage=3600\n");
    Files.writeString(
        asked,
        Files.readString(asked) + String.join("\n", more).replace("@", builder.folder() + "/"));
    return builder.agent("=record=" + asked);
  }

  private static List<Path> recordings(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().matches(NAME)).toList();
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static void assertRecorded(Path folder) throws IOException {
    List<Path> recordings = recordings(folder);
    assertEquals(1, recordings.size(), recordings::toString);
    assertEquals(
        1,
        RecordingFile.readAllEvents(recordings.get(0)).stream()
            .filter(event -> event.getEventType().getName().equals("pinaudit.FileDelete"))
            .count());
    // The JVM's folder in the repository went when the JVM ended by itself.
    assertTrue(isEmpty(folder.resolve("jfr")));
    try (Stream<Path> beats = Files.list(folder.resolve("jvms"))) {
      assertEquals(1, beats.filter(file -> file.toString().endsWith(".heartbeat")).count());
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void isInTheRunDirectory(int feature) throws Exception {
    AgentRun.Builder builder = asking(feature, "ClosingProgram", "run=@run", "drop=@drop");
    Files.createDirectory(builder.folder().resolve("run"));
    AgentRun run = builder.run(17).succeeded();
    assertEquals("", run.err());
    assertRecorded(builder.folder().resolve("run"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void isInAFolderOfItsOwnIfTheRunDirectoryCannotBeWritten(int feature) throws Exception {
    AgentRun.Builder builder = asking(feature, "ClosingProgram", "run=@run", "drop=@drop");
    Path drop = Files.createDirectory(builder.folder().resolve("drop"));
    builder.run(17).succeeded();
    try (Stream<Path> folders = Files.list(drop)) {
      assertRecorded(folders.findFirst().orElseThrow());
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void doesNotKeepTheProgramFromStartingIfItCannotBeWritten(int feature) throws Exception {
    for (String folder : List.of("run=/proc/none", "run=/proc/none\ndrop=/proc", "")) {
      AgentRun run = asking(feature, "ClosingProgram", folder).run(17);
      assertEquals(0, run.exitCode(), run.err());
      assertTrue(
          run.err().matches("pinaudit: agent disabled: this JVM cannot be recorded: .*\n"),
          run.err());
    }
  }
}
