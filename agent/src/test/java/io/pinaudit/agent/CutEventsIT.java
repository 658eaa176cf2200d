package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are shorter than their mappings, whoever cut them. */
class CutEventsIT {
  private static final long PAGE = 4096;

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void seesThatPagesAreGone(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "CutProgram").agent("").recording().run(17).succeeded();
    assertTrue(run.out().startsWith("fault"), run.out());
    assertEquals(List.of(), run.events("RecordingLoss"));
    byCalls(run);
    byOthers(run);
    Map<String, Integer> counts = new TreeMap<>();
    for (RecordedEvent check : run.events("MappingCheck")) {
      counts.merge(name(check), 1, Integer::sum);
      assertEquals("gone", check.getString("page"), check::toString);
    }
    assertEquals(
        Map.of("truncated.dat", 2, "length.dat", 1, "opened.dat", 1, "cut.dat", 1, "late.dat", 1),
        counts);
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void looksBeforeUnmapping(int feature) throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(feature), "UnmapProgram")
            .agent("")
            .recording()
            .run(0)
            .withoutUnsafeWarning();
    RecordedEvent check = named(run.events("MappingCheck"), "cut.dat");
    assertEquals(77_777, check.getLong("previousSizeBytes"));
    assertEquals(check.getLong("address") + 2 * PAGE, check.getLong("pageAddress"));
    assertEquals(1, run.events("MappingCheck").size());
  }

  @ParameterizedTest(name = "JDK {0}")
  @ValueSource(ints = {17, 25})
  void knowsWhatAnOverlayMaps(int feature) throws Exception {
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), "OverlayProgram");
    Path folder = builder.folder();
    for (String name : List.of("l", "u", "w", "merged")) {
      Files.createDirectory(folder.resolve(name));
    }
    Files.write(folder.resolve("l/lower.dat"), new byte[99_991]);
    String mount =
        "mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w merged && exec \"$@\"";
    String[] inNamespace = {"unshare", "-m", "sh", "-c", "cd " + folder + " && " + mount, "sh"};
    assumeTrue(succeeds(inNamespace), "skipped: no overlayfs can be mounted here");
    AgentRun run = builder.agent("").recording().under(inNamespace).run(17).succeeded();
    assertTrue(run.out().contains("below 0\n"), run.out());
    assertTrue(run.out().contains("above fault\n"), run.out());
    for (String layer : List.of("lower", "upper")) {
      RecordedEvent map = named(run.events("FileMap"), layer + ".dat");
      RecordedEvent live = named(run.events("LiveMapping"), layer + ".dat");
      assertEquals(AgentRun.identity(map, "mapped"), AgentRun.identity(live, "mapped"));
      // Newer kernels tell the device of the overlay itself there.
      String expected = run.printed(layer);
      if (map.getInt("mappedDeviceMajor") == 0) {
        expected = expected.replaceFirst("\\d+ \\d+", "0 " + map.getInt("deviceMinor"));
      }
      assertEquals(expected, AgentRun.identity(map, "mapped"));
    }
    List<RecordedEvent> checks = run.events("MappingCheck");
    List<String> pages = new ArrayList<>();
    checks.forEach(check -> pages.add(name(check) + " " + check.getString("page")));
    // What is there after a cut is asked for once more.
    assertEquals(
        List.of("lower.dat there", "lower.dat there", "upper.dat gone"),
        pages.stream().sorted().toList());
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    all.add("true");
    return new ProcessBuilder(all).start().waitFor() == 0;
  }

  private static void byCalls(AgentRun run) throws IOException {
    RecordedEvent first = run.event("MappingCheck", "truncate");
    assertEquals("FileChannel.truncate", first.getString("operation"));
    assertEquals(1_999_993, first.getLong("lengthBytes"));
    assertEquals(1_999_993, first.getLong("previousSizeBytes"));
    assertEquals(100_001, first.getLong("sizeBytes"));
    assertEquals(
        first.getLong("address") + 25 * PAGE, first.getLong("pageAddress"), first::toString);
    RecordedEvent second = run.event("MappingCheck", "truncateAgain");
    assertEquals(100_001, second.getLong("previousSizeBytes"));
    assertEquals(second.getLong("address") + 13 * PAGE, second.getLong("pageAddress"));
    assertEquals(
        "RandomAccessFile.setLength",
        run.event("MappingCheck", "setLength").getString("operation"));
    RecordedEvent opened = run.event("MappingCheck", "open");
    assertEquals("FileChannel.open", opened.getString("operation"));
    assertEquals(opened.getLong("address"), opened.getLong("pageAddress"));
  }

  private static void byOthers(AgentRun run) throws IOException {
    List<RecordedEvent> checks = run.events("MappingCheck");
    RecordedEvent cut = named(checks, "cut.dat");
    assertEquals("look", cut.getString("operation"));
    assertEquals(12_345, cut.getLong("sizeBytes"));
    assertTrue(cut.getLong("previousNanos") < cut.getLong("startNanos"), cut::toString);
    RecordedEvent map =
        run.events("FileMap").stream()
            .filter(event -> event.getLong("address") == cut.getLong("address"))
            .findFirst()
            .orElseThrow();
    assertTrue(map.getLong("startNanos") < cut.getLong("previousNanos"), map::toString);
    assertEquals(map.getLong("inode"), map.getLong("mappedInode"));
    assertEquals("look", named(checks, "late.dat").getString("operation"));
  }

  private static RecordedEvent named(List<RecordedEvent> events, String name) {
    return events.stream().filter(check -> name(check).equals(name)).findFirst().orElseThrow();
  }

  private static String name(RecordedEvent check) {
    return Path.of(check.getString("path")).getFileName().toString();
  }
}
