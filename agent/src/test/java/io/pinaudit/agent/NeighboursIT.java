package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent beside other agents, collectors, checks and images, and at bad ends. */
class NeighboursIT {
  private static final String PROGRAM = "ChannelProgram";

  private static AgentRun.Builder recorded(int feature, String program) throws IOException {
    return AgentRun.of(TestJdk.of(feature), program).agent("").recording();
  }

  private static void recordsTruncate(AgentRun run) throws IOException {
    assertTrue(
        run.events("FileTruncate").stream()
            .anyMatch(event -> event.getLong("newSizeBytes") == 1_999_993));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  @ParameterizedTest(name = "JDK {0}, {1}")
  @CsvSource({
    "17, -XX:+UseZGC",
    "25, -XX:+UseZGC",
    "17, -XX:+UseG1GC",
    "25, -XX:+UseG1GC",
    "17, -XX:+UseParallelGC",
    "25, -XX:+UseParallelGC",
    "17, -XX:+UseShenandoahGC",
    "25, -XX:+UseShenandoahGC",
    "17, -Xint",
    "25, -Xint",
    "25, -XX:-EnableDynamicAgentLoading",
    "17, -Djava.security.manager=allow",
    "17, -Xcheck:jni",
    "25, -Xcheck:jni",
    "17, -Xshare:off",
    "25, -Xshare:off",
    "25, -Djava.security.manager=disallow"
  })
  void worksWith(int feature, String option) throws Exception {
    AgentRun run = recorded(feature, PROGRAM).option(option).run(17);
    // What -Xcheck:jni says, it says without the agent as well.
    AgentRun without = AgentRun.of(TestJdk.of(feature), PROGRAM).option(option).run(17);
    assertEquals(warnings(without), warnings(run));
    assertEquals(0, run.exitCode());
    recordsTruncate(run);
  }

  private static List<String> warnings(AgentRun run) {
    return run.err().lines().filter(line -> !line.startsWith("\t")).distinct().sorted().toList();
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void worksWithAnArchiveOfClasses(int feature) throws Exception {
    AgentRun.Builder builder = recorded(feature, PROGRAM);
    Path archive = builder.folder().resolve("classes.jsa");
    AgentRun dump =
        AgentRun.of(TestJdk.of(feature), PROGRAM)
            .option("-XX:ArchiveClassesAtExit=" + archive)
            .jar()
            .run(17);
    assertTrue(Files.exists(archive), dump.err());
    AgentRun run = builder.option("-XX:SharedArchiveFile=" + archive).jar().run(17);
    assertEquals(0, run.exitCode());
    recordsTruncate(run);
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void worksBesideAByteBuddyAgent(int feature) throws Exception {
    for (boolean first : new boolean[] {true, false}) {
      AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "SecondAgent");
      if (first) {
        builder.agent("").programAsAgent(17);
      } else {
        builder.programAsAgent(17).agent("");
      }
      AgentRun run = builder.option("-Dnet.bytebuddy.safe=true").recording().run(17);
      assertEquals(0, run.exitCode(), run.err());
      assertTrue(Integer.parseInt(run.printed("second")) > 0, run.out());
      recordsTruncate(run);
    }
  }

  /** It instruments the application's classes, where references to setLength are replaced. */
  @ParameterizedTest(name = "JDK {0}, before it: {1}")
  @CsvSource({"17, true", "17, false", "25, true", "25, false"})
  void worksBesideJaCoCo(int feature, boolean first) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), PROGRAM);
    Path counts = builder.folder().resolve("jacoco.exec");
    String other = "-javaagent:" + TestPrograms.JACOCO + "=destfile=" + counts;
    if (first) {
      builder.agent("").option(other);
    } else {
      builder.option(other).agent("");
    }
    AgentRun run = builder.recording().run(17).succeeded();
    recordsTruncate(run);
    assertEquals(777_777, run.event("FileTruncate", "setLength").getLong("newSizeBytes"));
    assertTrue(Files.size(counts) > 0);
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void worksInAnImageOfAModularApplication(int feature) throws Exception {
    TestJdk jdk = TestJdk.of(feature);
    AgentRun.Builder builder = AgentRun.of(jdk, PROGRAM).agent("").recording();
    Path modules = builder.folder().resolve("modules");
    TestPrograms.compileModule(PROGRAM, modules);
    Path image = builder.folder().resolve("image");
    Process jlink =
        new ProcessBuilder(
                jdk.home().resolve("bin/jlink").toString(),
                "--module-path",
                modules.toString(),
                "--add-modules",
                "application,jdk.jfr,java.instrument",
                "--output",
                image.toString())
            .inheritIO()
            .start();
    assertTrue(jlink.waitFor(300, TimeUnit.SECONDS));
    assertEquals(0, jlink.exitValue());
    AgentRun run = builder.image(image, "application/app." + PROGRAM).run(17).succeeded();
    recordsTruncate(run);
  }

  @ParameterizedTest(name = "JDK {0}, {1}")
  @CsvSource({
    "17, kill, 137", "25, kill, 137", "17, exit, 7", "25, exit, 7",
    "17, memory, 0", "25, memory, 0", "17, disk, 0", "25, disk, 0"
  })
  void endsAsWithoutIt(int feature, String end, int status) throws Exception {
    AgentRun.Builder bare = AgentRun.of(TestJdk.of(feature), "EndProgram");
    AgentRun without = bare.option("-Dend=" + end).option("-Xmx32m").run(17);
    AgentRun with =
        recorded(feature, "EndProgram").option("-Dend=" + end).option("-Xmx32m").run(17);
    assertEquals(status, without.exitCode());
    assertEquals(without.exitCode(), with.exitCode(), with.err());
    assertEquals(withoutJfr(without.out()), withoutJfr(with.out()));
    assertEquals(withoutJfr(without.err()), withoutJfr(with.err()));
  }

  /** JFR's own thread may be the one that runs out of memory: it says so on either stream. */
  private static String withoutJfr(String printed) {
    return printed
        .lines()
        .filter(line -> !line.isBlank())
        .filter(line -> !line.contains("in thread \"JFR Periodic Tasks\""))
        .filter(line -> !line.matches("\\[[^]]+]\\[error]\\[jfr,system *] .*OutOfMemoryError.*"))
        .collect(Collectors.joining("\n"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void startsNothingThatItDoesNotNeed(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "OrdinaryProgram")
            .agent("")
            .option("-Xlog:class+load")
            .run(17);
    try (Stream<String> lines = run.out().lines()) {
      List<String> unwanted =
          lines
              .filter(
                  line ->
                      line.matches(
                          ".* (java\\.util\\.logging|javax\\.management|java\\.lang\\.management|jdk\\.jfr\\.internal\\.PlatformRecording"
                              + " |sun\\.misc\\.Unsafe).*"))
              .toList();
      assertEquals(List.of(), unwanted);
    }
  }
}
