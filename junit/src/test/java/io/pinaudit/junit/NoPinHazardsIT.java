package io.pinaudit.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.AgentMain;
import io.pinaudit.harness.Jdks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test classes with the annotation, each JVM of its own, as a build would start them. */
class NoPinHazardsIT {
  private static final Path JAVA_17 = Path.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");
  private static final Pattern BLOCK = Pattern.compile("<<(\\S+) (\\w+)\n(.*?)>>", Pattern.DOTALL);

  @TempDir Path folder;

  /** How a class or method ended. */
  private record End(String status, String message) {}

  @ParameterizedTest(name = "JDK {0}, agent given: {1}")
  @CsvSource({"17, true", "17, false", "25, true", "25, false"})
  void failsTheTestsThatEndangerAndNoOther(int feature, boolean given) throws Exception {
    List<String> options = new ArrayList<>();
    if (given) {
      options.add("-javaagent:" + agentJar());
    }
    Map<String, End> ends =
        run(feature, options, "CutsInOne", "CutsAboveOnly", "OneMethodOfTwo", "AtOnce");

    assertEquals("SUCCESSFUL", ends.get("CutsInOne.cutsAbove").status());
    assertEquals("SUCCESSFUL", ends.get("CutsInOne$Inside.cutsBelow").status());
    End cuts = ends.get("CutsInOne");
    assertEquals("FAILED", cuts.status());
    assertTrue(cuts.message().contains("1 storage hazard ("), cuts.message());
    assertTrue(cuts.message().contains(" in CutsInOne.Inside.cutsBelow: "), cuts.message());
    assertTrue(cuts.message().contains("MappedFile.java:"), cuts.message());

    assertEquals(new End("SUCCESSFUL", ""), ends.get("CutsAboveOnly"));

    End audited = ends.get("OneMethodOfTwo.isAudited");
    assertEquals("FAILED", audited.status());
    assertTrue(audited.message().contains("TruncatedBelowMapping"), audited.message());
    assertEquals(new End("SUCCESSFUL", ""), ends.get("OneMethodOfTwo.isNot"));
    assertEquals(new End("SUCCESSFUL", ""), ends.get("OneMethodOfTwo"));

    String atOnce = ends.get("AtOnce").message();
    assertTrue(atOnce.contains(" in AtOnce.ownThread: "), atOnce);
    assertTrue(atOnce.contains(" in one of AtOnce.otherThread, AtOnce.ownThread: "), atOnce);
    assertTrue(
        Files.exists(
            folder.resolve("target/pinaudit/io.pinaudit.junit.subject.AtOnce/report.html")));
  }

  @ParameterizedTest(name = "JDK {0}, agent given: {1}")
  @CsvSource({"17, true", "25, false"})
  void failsTheTestsWhoseCallsMeetWhenRunAgain(int feature, boolean given) throws Exception {
    List<String> options = new ArrayList<>(List.of("-Dfolder=" + folder));
    if (given) {
      options.add("-javaagent:" + agentJar());
    }
    Map<String, End> ends = run(feature, options, "LuckyOrder", "LatchOrder");

    assertEquals("SUCCESSFUL", ends.get("LuckyOrder.unmapsAfterTheWrite").status());
    End lucky = ends.get("LuckyOrder");
    assertEquals("FAILED", lucky.status());
    assertTrue(lucky.message().startsWith("storage hazards when the tests ran again"), "" + lucky);
    assertTrue(lucky.message().contains("1 run, 0 failed"), lucky.message());
    assertTrue(lucky.message().contains("UnorderedCut [error, met]"), lucky.message());
    assertTrue(lucky.message().contains("LuckyOrder.java:"), lucky.message());

    assertEquals(new End("SUCCESSFUL", ""), ends.get("LatchOrder"));
    Path again =
        folder.resolve("target/pinaudit/io.pinaudit.junit.subject.LatchOrder/confirmed/meet-2");
    assertTrue(Files.exists(again), "both further runs were made, and none met");
  }

  @Test
  void acceptsWhatTheBaselineKnows() throws Exception {
    Map<String, End> first = run(25, List.of(), "CutsInOne");
    assertEquals("FAILED", first.get("CutsInOne").status());
    Path run = folder.resolve("target/pinaudit/io.pinaudit.junit.subject.CutsInOne");
    String[] update = {
      "gate",
      run.toString(),
      "--update-baseline",
      "--baseline",
      folder.resolve("pinaudit.baseline").toString()
    };
    java.io.PrintStream nowhere =
        new java.io.PrintStream(
            java.io.OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    assertEquals(
        0, io.pinaudit.cli.Main.run(update, new io.pinaudit.cli.Console(nowhere, nowhere, false)));
    assertEquals(new End("SUCCESSFUL", ""), run(25, List.of(), "CutsInOne").get("CutsInOne"));
  }

  @Test
  void saysWhatToDoIfNoAgentCanBeLoaded() throws Exception {
    Map<String, End> ends = run(25, List.of("-XX:+DisableAttachMechanism"), "CutsAboveOnly");
    String message = ends.get("CutsAboveOnly").message();
    assertTrue(message.startsWith("the pinaudit agent cannot be loaded: "), message);
    assertTrue(message.contains("pinaudit-maven-plugin"), message);
  }

  private Map<String, End> run(int feature, List<String> options, String... subjects)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(java(feature));
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp", System.getProperty("surefire.test.class.path"), RunSubjects.class.getName()));
    Arrays.stream(subjects).map(name -> "io.pinaudit.junit.subject." + name).forEach(command::add);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Map<String, End> ends = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(output);
    while (block.find()) {
      ends.put(block.group(1), new End(block.group(2), block.group(3)));
    }
    assertTrue(ends.size() > 0, output);
    return ends;
  }

  private static String java(int feature) {
    if (feature == Jdks.FEATURE) {
      return Path.of(System.getProperty("java.home"), "bin/java").toString();
    }
    Assumptions.assumeTrue(Files.exists(JAVA_17), "skipped: no JDK 17 at " + JAVA_17);
    return JAVA_17.toString();
  }

  private static Path agentJar() throws Exception {
    return Path.of(AgentMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
