package io.pinaudit.maven;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example project of the samples, built by Maven from the artifacts of this build. */
class GatedProjectIT {
  private static final Path EXAMPLE = Path.of("..", "samples", "gated-project");
  private static final Path REPOSITORY =
      Path.of("..", "target", "it-repository").toAbsolutePath().normalize();

  private static final String JUNIT_6 = "6.1.3";

  @TempDir Path folder;
  private Path project;

  /** How a build ended. */
  private record Build(int status, String output) {}

  @BeforeEach
  void copyProject() throws IOException {
    project = folder.resolve("a project");
    try (Stream<Path> files = Files.walk(EXAMPLE)) {
      for (Path file : files.filter(f -> !f.startsWith(EXAMPLE.resolve("target"))).toList()) {
        Path copy = project.resolve(EXAMPLE.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        if (Files.isRegularFile(file)) {
          Files.copy(file, copy);
        }
      }
    }
  }

  @Test
  void failsTheBuildUntilTheTestIsFixed() throws Exception {
    Build broken = mvn("verify");
    Path run = project.resolve("target/pinaudit/run");
    assertAll(
        broken.output(),
        () -> assertEquals(1, broken.status()),
        () -> assertTrue(broken.output().contains("TruncatedBelowMapping")),
        () -> assertTrue(broken.output().contains("LogTest.java:")),
        () -> assertTrue(broken.output().contains("storage hazards: see ")),
        () -> assertTrue(Files.size(run.resolve("report.html")) > 0),
        () -> assertTrue(Files.size(run.resolve("report.sarif")) > 0),
        () -> assertTrue(Files.size(run.resolve("report-junit.xml")) > 0));

    Build fixed = mvn("verify", "-Dfixed=true");
    assertEquals(0, fixed.status(), fixed.output());
    assertTrue(fixed.output().contains("gate: no finding counts; all was seen"), fixed.output());
  }

  @Test
  void acceptsTheBaseline() throws Exception {
    Build update = mvn("verify", "-Dpinaudit.updateBaseline");
    assertEquals(0, update.status(), update.output());
    assertTrue(Files.exists(project.resolve("pinaudit.baseline")));
    Build known = mvn("verify");
    assertEquals(0, known.status(), known.output());
  }

  /**
   * The extension beside the plugin's agent, on the JUnit that comes after the one it is built for.
   */
  @Test
  void failsAnAnnotatedTestOnJUnit6() throws Exception {
    useExtension();
    replace(
        "src/test/java/app/LogTest.java",
        "class LogTest",
        "@io.pinaudit.junit.NoPinHazards class LogTest");
    Build broken = mvn("test", "-Djunit.version=" + JUNIT_6);
    assertEquals(1, broken.status(), broken.output());
    assertTrue(broken.output().contains("F1 in LogTest.rotates: "), broken.output());
    Build fixed = mvn("verify", "-Djunit.version=" + JUNIT_6, "-Dfixed=true");
    assertEquals(0, fixed.status(), fixed.output());
  }

  @Test
  void failsOnCallsThatMeetWhenTheTestsRunAgain() throws Exception {
    replace("pom.xml", "<goal>gate</goal>", "<goal>gate</goal><goal>confirm</goal>");
    Files.delete(project.resolve("src/test/java/app/LogTest.java"));
    writeUnmapTest("");
    Build broken = mvn("verify");
    assertEquals(1, broken.status(), broken.output());
    assertTrue(broken.output().contains("UnorderedCut [error, met]"), broken.output());
    assertTrue(broken.output().contains("UnmapTest.java:"), broken.output());
    assertTrue(Files.exists(project.resolve("target/pinaudit/run/meet-1/report.html")));

    Build fixed = mvn("verify", "-Dfixed=true", "-Dpinaudit.runs=2");
    assertEquals(0, fixed.status(), fixed.output());
    assertTrue(fixed.output().contains("did not meet in 2 runs"), fixed.output());
    assertTrue(Files.exists(project.resolve("target/pinaudit/run/meet-2/tests")));
  }

  @Test
  void runsAnAnnotatedTestAgain() throws Exception {
    useExtension();
    Files.delete(project.resolve("src/test/java/app/LogTest.java"));
    writeUnmapTest("@io.pinaudit.junit.NoPinHazards(confirm = 1) ");
    Build build = mvn("test", "-Dfixed=true");
    assertEquals(0, build.status(), build.output());
    Path again = project.resolve("target/pinaudit/app.UnmapTest/confirmed/meet-1");
    assertTrue(Files.exists(again), build.output());
  }

  @Test
  void isNotCleanIfTheTestsWereNotRecorded() throws Exception {
    replace(
        "pom.xml",
        "<version>3.6.1</version>",
        "<version>3.6.1</version><configuration><argLine>-Xmx64m</argLine></configuration>");
    Build build = mvn("verify");
    assertEquals(1, build.status(), build.output());
    assertTrue(build.output().contains("none of their JVMs was recorded"), build.output());
  }

  @Test
  void hasNothingToJudgeWithoutTests() throws Exception {
    Build build = mvn("verify", "-DskipTests");
    assertEquals(0, build.status(), build.output());
    assertTrue(build.output().contains("no tests ran"), build.output());
    Build skipped = mvn("verify", "-Dpinaudit.skip");
    assertEquals(0, skipped.status(), skipped.output());
    assertFalse(Files.exists(project.resolve("target/pinaudit/run/report.html")));
  }

  private void useExtension() throws IOException {
    replace(
        "pom.xml",
        "</dependencies>",
        """
            <dependency>
              <groupId>io.pinaudit</groupId>
              <artifactId>pinaudit-junit</artifactId>
              <version>0.1.0</version>
              <scope>test</scope>
            </dependency>
          </dependencies>
        """);
  }

  /** A test whose two calls a pause orders; with the property "fixed" a latch. */
  private void writeUnmapTest(String annotation) throws IOException {
    Files.writeString(
        project.resolve("src/test/java/app/UnmapTest.java"),
        """
        package app;

        import java.nio.ByteBuffer;
        import java.nio.MappedByteBuffer;
        import java.nio.channels.FileChannel;
        import java.nio.file.Path;
        import java.nio.file.StandardOpenOption;
        import java.util.Set;
        import java.util.concurrent.CountDownLatch;
        import org.junit.jupiter.api.Test;
        import org.junit.jupiter.api.io.TempDir;

        %sclass UnmapTest {
          @TempDir Path folder;

          @Test
          void unmapsAfterTheWrite() throws Exception {
            FileChannel file = create("mapped");
            FileChannel sink = create("sink");
            MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, 65_536);
            CountDownLatch written = new CountDownLatch(Boolean.getBoolean("fixed") ? 1 : 0);
            Thread writer =
                new Thread(
                    () -> {
                      try {
                        sink.write(mapped.duplicate(), 0);
                      } catch (java.io.IOException e) {
                        // bad address
                      }
                      written.countDown();
                    });
            writer.start();
            written.await();
            // Until it has ended, or is held.
            while (Set.of(Thread.State.RUNNABLE, Thread.State.BLOCKED).contains(writer.getState())) {
              Thread.sleep(5);
            }
            Class<?> type = Class.forName("sun.misc.Unsafe");
            java.lang.reflect.Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            type.getMethod("invokeCleaner", ByteBuffer.class).invoke(field.get(null), mapped);
            writer.join();
          }

          private FileChannel create(String name) throws Exception {
            return FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
          }
        }
        """
            .formatted(annotation));
  }

  private void replace(String name, String old, String by) throws IOException {
    Path file = project.resolve(name);
    Files.writeString(file, Files.readString(file).replace(old, by));
  }

  private Build mvn(String... words) throws Exception {
    Path settings = folder.resolve("settings.xml");
    Files.writeString(settings, settings());
    List<String> command = new ArrayList<>();
    command.addAll(List.of("mvn", "-B", "-ntp", "-s", settings.toString()));
    command.add("-Dmaven.repo.local=" + REPOSITORY);
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Build(process.waitFor(), output);
  }

  /** What this machine's Maven has fetched already need not be fetched again. */
  private static String settings() throws IOException {
    String cache = Path.of(System.getProperty("user.home"), ".m2", "repository").toUri().toString();
    Path own = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
    String repository = "<id>fetched</id><url>" + cache + "</url>";
    String profile =
        "<profiles><profile><id>fetched</id><repositories><repository>"
            + repository
            + "</repository></repositories><pluginRepositories><pluginRepository>"
            + repository
            + "</pluginRepository></pluginRepositories></profile></profiles>"
            + "<activeProfiles><activeProfile>fetched</activeProfile></activeProfiles>";
    return Files.exists(own)
        ? Files.readString(own).replace("</settings>", profile + "</settings>")
        : "<settings>" + profile + "</settings>";
  }
}
