package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.TextFile;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.AllocationGroups;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is left out, the events, their places and all counts are those of the plain reader. */
class ScannedTextTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");

  /** Lines that must be left out, kept, or judged one by one. */
  private static final List<String> LINES =
      List.of(
          "             fio-2671    [001] d..1.    12.345678: block_rq_issue: 254,0 W 4096 () 5 + 8"
              + " [fio]",
          "             fio-2671    (   2671) [003] d..1.    12.345679: block_rq_issue: 254,0 W"
              + " 4096",
          "          <idle>-0      [000] d.h1.    12.345680: block_rq_complete: 254,0 W () 5 + 8"
              + " [0]",
          "             fio-2671    [001] .....    12.345681: ext4_da_write_pages: dev 254,0 ino"
              + " 12",
          "             fio-2671    [001] .....    12.345682: ext4_free_blocks: dev 259,0 ino 12"
              + " mode 0100644 block 100 count 16 flags",
          "             fio-2671    [000] .....    12.345683: sys_ftruncate(fd: 4, length: 0)",
          "             fio-2671    [000] .....    12.345684: sys_ftruncate -> 0x0",
          "             fio-2671    [000] .....    12.345685: block_rq_issue:"
              + " (try_grab_folio+0x0/0x2b0) page=0xffffea0001000000 refs=1",
          "             fio-2671    [002] .....    12.345686: block_rq_issue:",
          "             fio-2671    [002] .....    12.345686: ext4_free_blocks: dev 259 ino 12",
          "             fio-2671    [002] .....    12.345686: sys_exit(error_code: 0)\t ",
          "             fio-2671    [002] .....    12.34568x: block_rq_issue: 254,0",
          "             fio-2671    [999] .....    12.345687: block_rq_issue: 254,0",
          "CPU:1 [LOST 312 EVENTS]",
          "CPU:3 [LOST EVENTS]",
          "",
          "# tracer: nop",
          "block_rq_issue: 254,0",
          "[000] .....    12.345687: block_rq_issue: 254,0",
          "   a-b [0] 1.0: -2671    [001] d..1.    12.345688: block_rq_issue: 254,0",
          "  trace-cmd-26711 [001]    12.345688123: block_rq_issue:       254,0 W 4096",
          "             fio-2671    [001] .....    12.345689: tracing_mark_write: a mark: here",
          "             fio-2671    [001] d..1.    12.345690: block_rq_issue: 254,0 W"
              + "\0".repeat(600)
              + " ext4_free_blocks: dev 259,0",
          "\u00ff\u00fe nothing",
          "x".repeat(300));

  /** What reading gives. */
  private record Reading(
      List<TraceEvent> events, Map<String, Long> ignored, long unusable, List<String> shown) {
    /** Where a line turned out to be unusable, the other reading may tell an earlier beginning. */
    Reading withGapsOf(Reading other) {
      List<TraceEvent> mended = new ArrayList<>(events);
      for (int i = 0; i < Math.min(events.size(), other.events.size()); i++) {
        if (events.get(i) instanceof TraceEvent.EventsLost gap
            && other.events.get(i) instanceof TraceEvent.EventsLost earlier
            && gap.count() == TraceEvent.EventsLost.UNUSABLE
            && earlier.sinceNanos() < gap.sinceNanos()) {
          mended.set(
              i,
              new TraceEvent.EventsLost(gap.stamp(), earlier.sinceNanos(), gap.cpu(), gap.count()));
        }
      }
      return new Reading(mended, ignored, unusable, shown);
    }
  }

  @TempDir Path folder;

  private static Reading read(LineSource lines, LineDecoder decoder) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (FtraceReader reader = new FtraceReader(lines, decoder)) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    }
    Diagnostics diagnostics = decoder.diagnostics();
    return new Reading(
        events, Map.copyOf(diagnostics.ignored()), diagnostics.total(), diagnostics.shown());
  }

  private static LineDecoder decoder() {
    return new LineDecoder(KernelLayout.ASSUMED, 0, LineDecoder.Writer.ANY, new Diagnostics());
  }

  static void assertSame(Path file, int firstBytes, int blockBytes) throws IOException {
    Reading plain = read(new TextFile(file), decoder());
    LineDecoder decoder = decoder();
    Reading scanned =
        read(new ScannedText(file, decoder.strangers(), firstBytes, blockBytes), decoder);
    assertEquals(
        plain.withGapsOf(scanned), scanned, "blocks of " + firstBytes + " and " + blockBytes);
  }

  @Test
  void readsRecordedTracesAsThePlainReaderDoes() throws IOException {
    try (var files = Files.walk(RUNS)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".ftrace")).toList()) {
        assertSame(file, 1 << 10, 1 << 12);
        assertSame(file, 1 << 16, 1 << 21);
      }
    }
  }

  @Test
  void readsOddLinesAsThePlainReaderDoes() throws IOException {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder(round % 7 == 0 ? "\u00ef\u00bb\u00bf" : "");
      for (int i = 0; i < 120; i++) {
        text.append(LINES.get(random.nextInt(LINES.size()))).append(round % 5 == 0 ? "\r\n" : "\n");
      }
      text.setLength(text.length() - random.nextInt(3) * random.nextInt(40));
      Path file = folder.resolve("trace" + round);
      Files.writeString(file, text, StandardCharsets.ISO_8859_1);
      assertSame(file, 1 + random.nextInt(2_000), 1 + random.nextInt(3_000));
    }
  }

  @Test
  void cutsEndlessLinesAsThePlainReaderDoes() throws IOException {
    Path file = folder.resolve("long");
    String line = LINES.getFirst();
    Files.writeString(
        file, line + "\n" + "y".repeat(200_000) + "\n" + line + "\n" + "z".repeat(70_000));
    assertSame(file, 10, 1_000);
    assertSame(file, 1_000, 90_000);
    Files.writeString(file, "");
    assertSame(file, 10, 10);
  }

  /** An event of a device without known groups has no use; those of the other device do. */
  @Test
  void keepsEventsThatOnlyOneOfTwoDevicesTells() throws IOException {
    Path file = folder.resolve("trace");
    String insert =
        "             fio-2671    [001] .....    12.345678: xfs_iext_insert: dev %d:0 ino 0x85"
            + " state  cur 0/0 fileoff 0x0 startblock 0x10 fsbcount 0xf flag 0\n";
    Files.writeString(file, insert.formatted(8).repeat(9) + insert.formatted(259).repeat(9));
    KernelLayout layout =
        new KernelLayout(
            0, 64, 4, 8, 1, Map.of(new DeviceNumber(259, 0), new AllocationGroups(1 << 15, 15)));
    LineDecoder decoder = new LineDecoder(layout, 0, LineDecoder.Writer.ANY, new Diagnostics());
    Reading reading = read(new ScannedText(file, decoder.strangers(), 200, 200), decoder);
    assertEquals(9, reading.events().size());
    assertEquals(Map.of("xfs_iext_insert", 9L), reading.ignored());
  }

  @Test
  void leavesOutWhatNobodyWants() throws IOException {
    Path file = folder.resolve("trace");
    Files.writeString(file, (LINES.getFirst() + "\n").repeat(1_000) + LINES.get(4) + "\n");
    int returned = 0;
    try (ScannedText lines = new ScannedText(file, Set.of("block_rq_issue"), 1 << 10, 1 << 20)) {
      while (lines.next() != null) {
        returned++;
      }
      assertEquals("trace:1001", lines.source().toString());
      assertEquals(Map.of("block_rq_issue", 1_001L - returned), lines.takeLeftOut());
      assertEquals(Map.of(), lines.takeLeftOut());
    }
    assertTrue(returned < 5, returned + " of 1001 lines were returned");
  }
}
