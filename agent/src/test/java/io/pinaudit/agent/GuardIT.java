package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the guard steps in, and where not. */
class GuardIT {
  private static final String PROGRAM = "GuardProgram";

  private static AgentRun run(int feature, String options) throws Exception {
    return AgentRun.of(TestJdk.of(feature), PROGRAM)
        .agent("=strict," + options)
        .recording()
        .run(0)
        .withoutUnsafeWarning();
  }

  private static List<String> interventions(AgentRun run) throws IOException {
    return run.events("Intervention").stream()
        .map(
            event ->
                event.getString("operation")
                    + " "
                    + event.getString("done")
                    + (event.getString("reason") == null ? "" : " " + event.getString("reason")))
        .toList();
  }

  private static void assertPrinted(AgentRun run, String... pairs) {
    for (String pair : pairs) {
      int blank = pair.indexOf(' ');
      String name = pair.substring(0, blank);
      assertEquals(pair, name + " " + run.printed(name), run::out);
    }
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void refusesWhatTakesWhatIsInUse(int feature) throws Exception {
    AgentRun run = run(feature, "guard=fail");
    assertPrinted(
        run,
        "other done",
        "beyond done",
        "truncate FileSystemException",
        "setLength FileSystemException",
        "open FileSystemException",
        "stream FileNotFoundException",
        "delete done",
        "ended done",
        "own FileSystemException",
        "ownCleaner IllegalStateException",
        "unpinned done",
        "bystander done",
        "free IllegalStateException",
        "read 997",
        "cleaner done",
        "cleanerUnmap done",
        "deleteUnmapped FileSystemException",
        "fileDelete done");
    assertEquals("writeOut", run.printed("truncate.holder"), "what the writing thread does");
    assertEquals("own", run.printed("own.holder"), "where the pin was made");
    RecordedEvent truncate = run.event("Intervention", "truncate");
    assertEquals("refused", truncate.getString("done"));
    assertEquals("buffer", truncate.getString("subject"));
    assertEquals(300_006, truncate.getLong("offsetBytes"));
    assertEquals(1, truncate.getLong("lengthBytes"));
    assertEquals("writer", truncate.getString("holdThread"));
    assertTrue(truncate.getString("holdStack").contains("GuardProgram$Writer.writeOut"));
    assertTrue(truncate.getString("path").endsWith("mapped.dat"), truncate::toString);
    assertEquals("passed", run.event("Intervention", "cleaner").getString("done"));
    assertEquals(
        List.of(), run.events("RecordingLoss"), "nothing that was refused counts as a failure");
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void letsCallsWaitAndNoLonger(int feature) throws Exception {
    AgentRun run = run(feature, "guard=wait:1000");
    assertPrinted(
        run,
        "beyond done",
        "truncate FileSystemException",
        "own FileSystemException",
        "interrupted FileSystemException",
        "flag true",
        "wait done",
        "free done",
        "read 997",
        "cleaner done",
        "deleteUnmapped FileSystemException");
    assertTrue(millis(run, "truncate") >= 1_000, run::out);
    assertEquals("passed", run.event("Intervention", "cleaner").getString("done"));
    assertTrue(run.printed("own.message").contains("it would wait for itself"), run::out);
    assertEquals("waited", run.event("Intervention", "wait").getString("done"));
    assertEquals("waited", run.event("Intervention", "free").getString("done"));
    assertTrue(interventions(run).contains("RandomAccessFile.setLength refused interrupted"));
  }

  private static long millis(AgentRun run, String name) {
    return Long.parseLong(run.printed(name + ".millis"));
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void reportsOnlyAndOnlyWhatIsAskedFor(int feature) throws Exception {
    AgentRun run = run(feature, "guard=report,guardpaths=/**/mapped.dat");
    assertPrinted(
        run, "truncate done", "open done", "own done", "free done", "deleteUnmapped done");
    List<String> seen = interventions(run);
    assertTrue(seen.contains("FileChannel.truncate passed report only"), seen::toString);
    for (RecordedEvent event : run.events("Intervention")) {
      assertTrue(event.getString("path").endsWith("mapped.dat"), event::toString);
    }
    AgentRun elsewhere = run(feature, "guard=fail,guardclasses=com.example");
    assertEquals(List.of(), interventions(elsewhere));
    assertPrinted(elsewhere, "truncate done", "free done");
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void guardsWithoutARecording(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), PROGRAM)
            .agent("=strict,guard=fail")
            .run(0)
            .withoutUnsafeWarning();
    assertPrinted(run, "other done", "truncate FileSystemException", "ended done");
  }

  @Test
  void keepsFilesMappedWhileTheyAreInUse() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "KeepProgram")
            .agent("=strict,guard=keep")
            .recording()
            .run(0)
            .withoutUnsafeWarning();
    String page = "1 ---s";
    assertPrinted(
        run,
        "free none",
        "pinned " + page,
        "child false",
        "deleted " + page,
        "later " + page,
        "unpinned none",
        "many 64");
    assertEquals(List.of(), run.eventsOf("Intervention", "free"));
    RecordedEvent kept = run.event("Intervention", "pinned");
    assertEquals("kept", kept.getString("done"));
    assertEquals("PinMarker", kept.getString("holdOperation"));
    assertTrue(kept.getString("path").endsWith("pinned.dat"), kept::toString);
    List<RecordedEvent> many = run.eventsOf("Intervention", "many");
    assertEquals(64, many.stream().filter(e -> e.getString("done").equals("kept")).count());
    assertEquals(
        6,
        many.stream().filter(e -> "file could not be kept".equals(e.getString("reason"))).count());
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  @Test
  void waitsUntilPipesAreRead() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "LendProgram")
            .agent("=strict,guard=keep:1500")
            .option("--enable-native-access=ALL-UNNAMED")
            .recording()
            .run(25)
            .succeeded();
    assertPrinted(run, "lent 8192", "deleted true", "drained false", "teed 8192", "size 0");
    assertTrue(run.printed("own").matches(".*which is this thread, waited \\d+ ms.*"), run::out);
    assertEquals("waited", run.event("Intervention", "cut").getString("done"));
    assertEquals("waited", run.event("Intervention", "tee").getString("done"));
    assertEquals("deadline", run.event("Intervention", "own").getString("reason"));
    assertEquals(List.of(), run.eventsOf("Intervention", "drained"), "nothing is in use any more");
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  @Test
  void seesWhatIsTakenInUnusualWays() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "TakeProgram")
            .agent("=strict,guard=keep:1500")
            .option("--enable-native-access=ALL-UNNAMED")
            .recording()
            .run(25)
            .succeeded();
    assertPrinted(
        run,
        "readOnly NonWritableChannelException",
        "negative IllegalArgumentException",
        "createNew FileAlreadyExistsException",
        "cut done 0",
        "read done 65536",
        "interrupted ClosedByInterruptException",
        "flag true",
        "open false",
        "munmap done 0",
        "munmap.read done 8192",
        "mixed done ",
        "mixed.read done 69632",
        "implicit UnsupportedOperationException",
        "remapped true",
        "private 1",
        "private.read 0",
        "busy done 8192",
        "full FileSystemException",
        "empty done 0",
        "limited true",
        "child true",
        "ended false");
    for (String waited : List.of("cut", "munmap", "mixed")) {
      assertEquals("waited", run.event("Intervention", waited).getString("done"));
    }
    for (String kept : List.of("shrunk", "private")) {
      assertEquals("kept", run.event("Intervention", kept).getString("done"));
    }
    assertEquals(
        List.of("refused interrupted"),
        run.eventsOf("Intervention", "interrupted").stream()
            .map(event -> event.getString("done") + " " + event.getString("reason"))
            .toList());
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fail", "wait:300", "keep:300"})
  void leavesAStoreWithoutAHazardAlone(String guard) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "StoreProgram")
            .agent("=strict,guard=" + guard)
            .option("-XX:TieredStopAtLevel=1")
            .recording()
            .run(25)
            .succeeded();
    assertPrinted(run, "read " + 120 * 65_536, "mapped false");
    assertEquals(List.of(), interventions(run));
    assertEquals(List.of(), run.events("RecordingLoss"));
  }
}
