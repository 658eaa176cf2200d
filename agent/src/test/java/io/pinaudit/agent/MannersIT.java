package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.table.HookPoint;
import io.pinaudit.agent.table.HookTable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the agent behaves towards an application. */
class MannersIT {
  private static final String PROGRAM = "OrdinaryProgram";

  private static AgentRun.Builder run(int feature, String program) throws IOException {
    return AgentRun.of(TestJdk.of(feature), program);
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void saysNothing(int feature) throws Exception {
    AgentRun without = run(feature, PROGRAM).run(17);
    AgentRun with = run(feature, PROGRAM).agent("").run(17);
    assertEquals("", without.err());
    assertEquals("", with.err());
    assertEquals(without.out(), with.out());
    assertEquals(0, with.exitCode());
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void reportsEachHookOnceInEachHalfOfAChunk(int feature) throws Exception {
    AgentRun run = run(feature, PROGRAM).agent("").recording().run(17).succeeded();
    assertTrue(run.events("DaxMounts").get(0).getInt("mounts") > 0);
    List<RecordedEvent> events = run.events("HookCoverage");
    Set<String> hooks = HookTable.POINTS.stream().map(HookPoint::name).collect(Collectors.toSet());
    assertEquals(hooks, events.stream().map(e -> e.getString("hook")).collect(Collectors.toSet()));
    for (RecordedEvent event : events) {
      // JDK 17 has no foreign functions, and transfers from a file through a mapping of it.
      boolean newer =
          event
              .getString("hook")
              .matches("(Linker|Arena).*|FileChannel.transferFrom|Thread.start\\(.*");
      // Only where threads are held for a plan.
      boolean planned = event.getString("hook").matches("before .*|event loop");
      // Later ones go through method handles, which are looked up.
      boolean older = event.getString("hook").equals("Method.invoke");
      boolean library = event.getString("hook").matches("JNA.*|jffi.*|jnr-ffi");
      String expected =
          library
              ? "awaited"
              : newer && feature < 22 || older && feature > 17 || planned ? "absent" : "installed";
      assertEquals(expected, event.getString("state"), event::toString);
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void survivesHooksThatThrow(int feature) throws Exception {
    AgentRun run = run(feature, "FailingHookProgram").agent("").recording().run(17).succeeded();
    assertEquals("ordinary\nfalse\n", run.out());
    RecordedEvent loss =
        run.events("RecordingLoss").stream()
            .filter(event -> event.getString("hook").equals("Files.delete"))
            .max(Comparator.comparingLong(event -> event.getLong("count")))
            .orElseThrow();
    // The second deletion finds the hook out of service.
    assertEquals(1, loss.getLong("count"));
    assertTrue(loss.getString("reason").contains("fault"), loss::toString);
    assertTrue(
        run.events("HookCoverage").stream()
            .filter(event -> event.getString("hook").equals("Files.delete"))
            .anyMatch(event -> event.getString("state").equals("failed")));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void saysNothingWhenTheStackOverflowsInAClassLoader(int feature) throws Exception {
    AgentRun run = run(feature, "OverflowProgram").agent("").recording().run(17).succeeded();
    assertEquals("done\n", run.out());
  }

  /**
   * Where one method is interpreted and its caller compiled, which is a matter of time, a call of
   * the agent may need more stack than all that the JDK's method does: then it is in the agent that
   * the application runs out of it.
   */
  @ParameterizedTest(name = "JDK {0} {1}")
  @CsvSource({"17, -Xint", "17, -Xcomp", "25, -Xint", "25, -Xcomp"})
  void runsOutOfStackOnlyWhereTheApplicationDoes(int feature, String compiled) throws Exception {
    AgentRun run =
        run(feature, "DeepProgram").agent("").option(compiled).recording().run(17).succeeded();
    assertEquals("done\n", run.out());
    assertTrue(
        run.events("RecordingLoss").stream()
            .anyMatch(event -> event.getString("reason").contains("StackOverflowError")));
  }

  @Test
  void disablesItselfOverABadOptionInOneLine() throws Exception {
    AgentRun run = run(25, PROGRAM).agent("=lgo=x").run(17);
    assertEquals(0, run.exitCode());
    assertEquals(
        "pinaudit: agent disabled: unknown option \"lgo\", expected one of help, strict, uninstall,"
            + " log, record, heartbeat, found, meet, turn, headstart, guard, guardpaths,"
            + " guardclasses, pin, unpin\n",
        run.err());
  }

  @Test
  void disablesItselfWhereASecurityManagerKeepsItFromItsOptions() throws Exception {
    AgentRun.Builder builder = run(17, PROGRAM).agent("");
    Path policy = builder.folder().resolve("policy");
    String permission = "permission java.security.AllPermission;";
    URI classes = TestPrograms.compile(PROGRAM, 17).toUri();
    Files.writeString(policy, "grant codeBase \"" + classes + "\" { " + permission + " };");
    builder.option("-Djava.security.manager").option("-Djava.security.policy==" + policy);
    AgentRun run = builder.run(17);
    assertEquals(0, run.exitCode(), run.err());
    assertTrue(run.out().endsWith("OK\n"), run.out());
    List<String> lines = run.err().lines().filter(line -> !line.startsWith("WARNING: ")).toList();
    assertEquals(1, lines.size(), run.err());
    assertTrue(lines.get(0).startsWith("pinaudit: agent disabled: "), run.err());
  }

  @Test
  void refusesABadOptionIfStrict() throws Exception {
    AgentRun run = run(25, PROGRAM).agent("=strict,lgo=x").run(17);
    assertNotEquals(0, run.exitCode());
    assertTrue(run.err().contains("unknown option \"lgo\""), run.err());
  }

  @Test
  void takesOptionsFromProperties() throws Exception {
    AgentRun run = run(25, PROGRAM).option("-Dpinaudit.help=true").agent("").run(17);
    assertTrue(run.err().startsWith("pinaudit agent:"), run.err());
    assertEquals(0, run.exitCode());
  }

  @Test
  void printsHelpAsAProgram() throws Exception {
    Process process =
        new ProcessBuilder(TestJdk.of(17).java(), "-jar", TestPrograms.JAR.toString()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertTrue(out.contains("usage: java -javaagent:pinaudit-agent.jar"), out);
  }
}
