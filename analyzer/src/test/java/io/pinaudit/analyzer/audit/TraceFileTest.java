package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the same scenario as different tools have written it; ORIGIN.md beside the files. */
class TraceFileTest {
  private static final Path TRACES = Path.of("src/test/resources/traces");

  /** Of the boot in which they were made. */
  private static final KernelLayout LAYOUT =
      new KernelLayout(0xfffffab580000000L, 64, 0x4, 0x40000, 1, java.util.Map.of());

  @TempDir Path folder;
  private final Diagnostics diagnostics = new Diagnostics();

  private List<TraceEvent> read(Path file) throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    LineDecoder decoder = new LineDecoder(LAYOUT, 0, LineDecoder.Writer.ANY, diagnostics);
    try (TraceReader reader = TraceFile.open(file, decoder, Horizon.ofWhole())) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    }
    return events;
  }

  private static List<Path> fixtures() throws IOException {
    try (Stream<Path> traces = Files.list(TRACES);
        Stream<Path> runs = Files.walk(Path.of("src/test/resources/runs"))) {
      return Stream.concat(
              traces.filter(file -> file.toString().matches(".*-.*\\.(txt|dat)")),
              runs.filter(file -> file.getFileName().toString().startsWith("kernel.")))
          .toList();
    }
  }

  /** What is not recognized by its head is read as text, each line of it unusable. */
  @Test
  void recognizesAFixtureOfEachFormat() throws IOException {
    Set<TraceFile> found = EnumSet.noneOf(TraceFile.class);
    for (Path file : fixtures()) {
      found.add(TraceFile.of(file));
    }
    assertEquals(EnumSet.allOf(TraceFile.class), found, "formats that fixtures begin as");
  }

  @Test
  void hasItsFormatsOnThePageOfInputs() throws IOException {
    List<String> page = Files.readAllLines(Path.of("../docs/inputs.md"));
    for (TraceFile format : TraceFile.values()) {
      String row =
          switch (format) {
            case TRACE_DAT -> "| `trace.dat` ";
            case BPFTRACE -> "| bpftrace text ";
            case TEXT -> "| ftrace text ";
          };
      assertTrue(page.stream().anyMatch(line -> line.startsWith(row)), "inputs.md: " + row);
    }
  }

  private static Map<String, Long> kinds(List<TraceEvent> events) {
    Map<String, Long> kinds = new TreeMap<>();
    events.forEach(event -> kinds.merge(event.getClass().getSimpleName(), 1L, Long::sum));
    return kinds;
  }

  private static List<TraceEvent.EventsLost> lost(List<TraceEvent> events) {
    return events.stream()
        .filter(TraceEvent.EventsLost.class::isInstance)
        .map(TraceEvent.EventsLost.class::cast)
        .toList();
  }

  private static long count(List<TraceEvent> events, Class<? extends TraceEvent> kind) {
    return events.stream().filter(kind::isInstance).count();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace-cmd-3.1.6-v7-zstd.dat",
        "trace-cmd-3.1.6-v7-uncompressed.dat",
        "trace-cmd-3.1.6-v6.dat",
        "ftrace-6.1.192-trace.txt",
        "ftrace-6.1.192-trace-tgid.txt",
        "ftrace-6.1.192-trace-noirq.txt",
        "ftrace-6.1.192-trace-latency.txt",
        "ftrace-6.1.192-trace-verbose.txt",
        "ftrace-6.1.192-trace_pipe.txt",
        "trace-cmd-3.1.6-v7-zstd-report.txt",
        "trace-cmd-3.1.6-v7-zstd-report-nanos.txt",
        "trace-cmd-3.1.6-v7-zstd-report-latency.txt",
        "trace-cmd-3.1.6-v7-zstd-report-diff.txt",
        "perf-6.1.187-script.txt",
        "perf-6.1.187-script-ns.txt"
      })
  void seesThePinsAndTheirPipe(String file) throws IOException {
    List<TraceEvent> events = read(TRACES.resolve(file));
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(16, count(events, TraceEvent.PinTaken.class), () -> kinds(events).toString());
    assertEquals(16, count(events, TraceEvent.PinDropped.class));
    assertEquals(16, count(events, TraceEvent.PipeFilled.class));
    assertEquals(16, count(events, TraceEvent.PageMapped.class));
    assertTrue(count(events, TraceEvent.BlocksFreed.class) > 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace-cmd-3.1.6-v7-zstd-report.txt",
        "trace-cmd-3.1.6-v7-zstd-report-nanos.txt",
        "trace-cmd-3.1.6-v7-zstd-report-latency.txt",
        "trace-cmd-3.1.6-v7-zstd-report-diff.txt",
        "perf-6.1.187-script.txt",
        "perf-6.1.187-script-ns.txt"
      })
  void readsReportsOfOtherTools(String file) throws IOException {
    List<TraceEvent> events = read(TRACES.resolve(file));
    assertEquals(List.of(), diagnostics.shown());
    assertTrue(count(events, TraceEvent.BlocksFreed.class) > 0, () -> kinds(events).toString());
    assertTrue(count(events, TraceEvent.SyscallEntered.class) > 0);
    assertTrue(count(events, TraceEvent.SyscallLeft.class) > 0);
  }

  /** trace-cmd's own reading of its file, in nanoseconds, is the truth. */
  @Test
  void readsTheTimesAndTextsThatTraceCmdReports() throws IOException {
    List<TraceEvent> binary = read(TRACES.resolve("trace-cmd-3.1.6-v7-zstd.dat"));
    List<TraceEvent> text = read(TRACES.resolve("trace-cmd-3.1.6-v7-zstd-report-nanos.txt"));
    assertEquals(
        described(text), described(binary).stream().filter(described(text)::contains).toList());
    assertFalse(text.isEmpty());
  }

  private static List<String> described(List<TraceEvent> events) {
    return events.stream().map(event -> event.toString().replaceAll(", source=[^]]*", "")).toList();
  }

  @Test
  void tellsWhereTraceCmdLostEvents() throws IOException {
    List<TraceEvent.EventsLost> lost = lost(read(TRACES.resolve("trace-cmd-3.1.6-v7-lost.dat")));
    assertEquals(46, lost.size());
    assertTrue(lost.stream().allMatch(gap -> gap.count() > 0 && gap.cpu() >= 0));
    assertTrue(lost.stream().allMatch(gap -> gap.sinceNanos() <= gap.stamp().nanos()));
  }

  @Test
  void tellsWhatTheKernelHasOverwritten() throws IOException {
    List<TraceEvent.EventsLost> lost = lost(read(TRACES.resolve("ftrace-6.18-overwritten.txt")));
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(List.of(2_051L - 253, 0L), lost.stream().map(gap -> gap.count()).toList());
    assertTrue(lost.getFirst().stamp().nanos() < lost.getLast().stamp().nanos());
  }

  @Test
  void takesNoFunctionForAnEvent() throws IOException {
    List<TraceEvent> events = read(TRACES.resolve("ftrace-6.1-function.txt"));
    assertEquals(List.of(), diagnostics.shown());
    assertEquals(20, events.size(), () -> kinds(events).toString());
    assertEquals(Map.of("function", 102L), diagnostics.ignored());
  }

  @Test
  void findsTheHazardInTracesOfOtherTools() throws IOException {
    for (String file :
        List.of(
            "trace-cmd-3.1.6-v7-zstd.dat",
            "trace-cmd-3.1.6-v6.dat",
            "trace-cmd-3.1.6-v7-zstd-report.txt",
            "perf-6.1.187-script.txt")) {
      Audit audit = Audit.of(Inputs.of(List.of(TRACES.resolve(file))));
      assertEquals("FreedWhilePinned", audit.findings().getFirst().rule());
      assertFalse(audit.verdict().completeness() == Verdict.Completeness.COMPLETE);
    }
  }

  /** Cut anywhere, or with bytes turned: an error with the place, or fewer events; no crash. */
  @ParameterizedTest
  @ValueSource(strings = {"trace-cmd-3.1.6-v7-zstd.dat", "trace-cmd-3.1.6-v6.dat"})
  void survivesDamage(String name) throws IOException {
    byte[] whole = Files.readAllBytes(TRACES.resolve(name));
    Path damaged = folder.resolve("damaged");
    for (int i = 0; i < 300; i++) {
      byte[] bytes = whole.clone();
      int at = (int) ((long) i * bytes.length / 300);
      bytes[at] ^= (byte) (1 << i % 8);
      Files.write(damaged, i % 3 == 0 ? java.util.Arrays.copyOf(whole, at) : bytes);
      try {
        read(damaged);
      } catch (io.pinaudit.analyzer.trace.InputException e) {
        assertTrue(e.getMessage().startsWith(damaged + ": error: "), e.getMessage());
      }
    }
  }

  /** Where a page's unused end is missing, no event is cut in two. */
  @Test
  void missesWhatIsNotThereOfACpusPages() throws IOException {
    byte[] bytes = Files.readAllBytes(TRACES.resolve("trace-cmd-3.1.6-v6.dat"));
    int table =
        new String(bytes, StandardCharsets.ISO_8859_1).indexOf("flyrecord")
            + "flyrecord".length()
            + 1;
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int cpu = 0; cpu < 2; cpu++) {
      long size = numbers.getLong(table + 16 * cpu + 8);
      numbers.putLong(table + 16 * cpu, size == 0 ? 0 : numbers.getLong(table + 16 * cpu));
    }
    Path file = folder.resolve("short");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 8));
    List<TraceEvent> events = read(file);
    assertTrue(events.size() > 1);
    assertEquals(
        TraceEvent.EventsLost.UNUSABLE, ((TraceEvent.EventsLost) events.getLast()).count());
    assertTrue(
        diagnostics.shown().getFirst().contains("8184 bytes at offset 32768, expected 8192"),
        () -> diagnostics.shown().toString());
  }

  /** What a machine had not written when its power went reads as zeros. */
  @Test
  void takesABlankPageForAGap() throws IOException {
    byte[] bytes = Files.readAllBytes(TRACES.resolve("trace-cmd-3.1.6-v6.dat"));
    List<TraceEvent> whole = read(TRACES.resolve("trace-cmd-3.1.6-v6.dat"));
    Arrays.fill(bytes, 32768, 32768 + 4096, (byte) 0);
    Path file = folder.resolve("holed");
    Files.write(file, bytes);
    List<TraceEvent> events = read(file);
    assertEquals(1, diagnostics.total());
    assertEquals(1, count(events, TraceEvent.EventsLost.class));
    assertTrue(events.size() > 1 && events.size() < whole.size());
    assertTrue(events.stream().allMatch(event -> event.stamp().nanos() > 0));
  }

  /** Of two CPUs: what the other notes after that may lack what this one would have told. */
  @Test
  void doubtsAllThatComesAfterACpusDataBrokeOff() throws IOException {
    byte[] bytes = Files.readAllBytes(TRACES.resolve("trace-cmd-3.1.6-v7-uncompressed.dat"));
    int page = bytes.length / 4096 * 4096 - 4096;
    Arrays.fill(bytes, page, page + 4096, (byte) 0);
    Path file = folder.resolve("broken");
    Files.write(file, bytes);
    List<TraceEvent> events = read(file);
    long gaps = count(events, TraceEvent.EventsLost.class);
    assertEquals(events.size() - gaps + 1, gaps, "one before each event, and one at the end");
    assertTrue(events.size() > 100);
  }

  @Test
  void doubtsWhatWasThereWhenACompressedPartIsDamaged() throws IOException {
    byte[] bytes = Files.readAllBytes(TRACES.resolve("trace-cmd-3.1.6-v7-lost.dat"));
    int at = bytes.length / 2;
    Arrays.fill(bytes, at, at + 4096, (byte) 0);
    Path file = folder.resolve("broken");
    Files.write(file, bytes);
    TraceEvent.EventsLost last = (TraceEvent.EventsLost) read(file).getLast();
    assertEquals(TraceEvent.EventsLost.UNUSABLE, last.count());
    assertTrue(diagnostics.shown().getFirst().contains("damaged ZSTD data"));
  }

  @Test
  void readsWhatBpftracePrintsInEitherForm() throws IOException {
    String line =
        "            java-215     (    212) [001]    12.345678901: ext4_free_blocks: dev 259,0 ino"
            + " 12 mode 0100600 block 1807 count 512 flags 0x1";
    Path json = folder.resolve("a");
    Files.writeString(
        json,
        "{\"type\": \"attached_probes\", \"data\": {\"probes\": 2}}\n"
            + "{\"type\": \"printf\", \"data\": \""
            + line
            + "\\n\"}\n"
            + "{\"type\": \"lost_events\", \"data\": {\"events\": 12}}\n"
            + "{\"type\": \"map\", \"data\": {\"@x\": {\"1\": 2}}}\n");
    Path text = folder.resolve("b");
    Files.writeString(text, "Attaching 2 probes...\n" + line + "\nLost 12 events\n\n");
    Path newer = folder.resolve("c");
    Files.writeString(
        newer,
        "{\"type\": \"attached_probes\", \"count\": 2, \"data\": {\"probes\": 2}}\n"
            + "{\"type\": \"printf\", \"data\": \""
            + line
            + "\\n\"}\n"
            + "{\"type\": \"lost_events\", \"count\": 12, \"data\": {\"events\": 12}}\n");
    for (Path file : List.of(json, text, newer)) {
      List<TraceEvent> events = read(file);
      assertEquals(List.of(), diagnostics.shown());
      assertEquals(2, events.size());
      assertEquals(12_345_678_901L, events.getFirst().stamp().nanos());
      TraceEvent.EventsLost lost = (TraceEvent.EventsLost) events.getLast();
      assertEquals(12, lost.count());
      assertEquals(-1, lost.cpu());
    }
  }

  /** Since 0.24 bpftrace says how many probes it has attached on its standard error. */
  @Test
  void knowsWhatBpftracePrintsByItsFirstMark() throws IOException {
    String head = "            bpftrace-215     (    212) [001]    12.";
    Path file = folder.resolve("a");
    Files.writeString(
        file,
        head
            + "345678901: tracing_mark_write: pinaudit: recording starts\n"
            + head
            + "500000000: sys_enter: NR 77\n"
            + head
            + "400000000: sys_exit: NR 77 = 0\n");
    List<Long> times = read(file).stream().map(event -> event.stamp().nanos()).toList();
    assertEquals(List.of(12_345_678_901L, 12_400_000_000L, 12_500_000_000L), times, "sorted");
  }

  /** Page structs of another boot than that of run.json. */
  @Test
  void takesEventsThatCannotBeUsedForAGap() throws IOException {
    KernelLayout other =
        new KernelLayout(0xffffff8000000000L, 64, 0x4, 0x40000, 1, java.util.Map.of());
    LineDecoder own = new LineDecoder(other, 0, LineDecoder.Writer.OURS, diagnostics);
    List<TraceEvent> events = new ArrayList<>();
    try (TraceReader reader =
        TraceFile.open(TRACES.resolve("trace-cmd-3.1.6-v6.dat"), own, Horizon.ofWhole())) {
      for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
        events.add(event);
      }
    }
    long gaps = count(events, TraceEvent.EventsLost.class);
    assertTrue(gaps > 0 && gaps <= diagnostics.total(), () -> kinds(events).toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40})
  void takesBrokenNdjsonForAGap(int cut) throws IOException {
    String line =
        "{\"type\": \"printf\", \"data\": \"     java-215     (    212) [001]    1%d.345678901:"
            + " ext4_evict_inode: dev 259,0 ino 12 nlink 0\\n\"}\n";
    String broken = line.formatted(3).substring(cut).replace("nlink", "\"");
    Path file = folder.resolve("a");
    Files.writeString(file, line.formatted(2) + broken + line.formatted(4));
    List<TraceEvent> events = read(file);
    assertEquals(1, diagnostics.total());
    TraceEvent.EventsLost gap = (TraceEvent.EventsLost) events.get(1);
    assertEquals(12_345_678_901L, gap.sinceNanos());
    assertEquals(14_345_678_901L, gap.stamp().nanos());
    assertEquals(3, events.size());
  }

  @Test
  void readsNdjsonBehindAByteOrderMarkWithCarriageReturns() throws IOException {
    Path file = folder.resolve("a");
    Files.writeString(
        file,
        "\uFEFF{\"type\": \"attached_probes\", \"data\": {\"probes\": 2}}\r\n"
            + "{\"type\": \"printf\", \"data\": \"     java-215     (    212) [001]"
            + "    12.345678901: ext4_evict_inode: dev 259,0 ino 12 nlink 0\\n\"}\r\n");
    assertEquals(1, read(file).size());
    assertEquals(List.of(), diagnostics.shown());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PERFILE2…", "\u001f\u008b\b", "(\u00b5/\u00fd", "\u00fd7zXZ\0", "PK\3\4"})
  void saysWhatToDoWithAFileThatIsNoTraceYet(String head) throws IOException {
    Path file = folder.resolve("a");
    Files.write(file, head.getBytes(StandardCharsets.ISO_8859_1));
    String message = assertThrows(InputException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file + ": error: "), message);
    assertTrue(message.contains("with "), message);
  }

  /** A pipe can be read once only, and what a file is has to be looked at first. */
  @Test
  void refusesWhatIsNoFile() {
    String message =
        assertThrows(InputException.class, () -> Inputs.of(List.of(Path.of("/dev/null"))))
            .getMessage();
    assertTrue(message.startsWith("/dev/null: error: not a regular file"), message);
  }

  @Test
  void refusesARecordingThatIsNone() throws IOException {
    Path file = folder.resolve("a.jfr");
    Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8, 0});
    String message =
        assertThrows(InputException.class, () -> Inputs.of(List.of(file))).getMessage();
    assertEquals(file + ": error: not a recording: its first bytes are not FLR", message);
  }

  /** bpftrace empties one CPU's buffer after the other's; on a busy machine 4.9 s later (seen). */
  @Test
  void sortsWhatBpftracePrintsCpuByCpu() throws IOException {
    Path file = folder.resolve("a");
    StringBuilder text = new StringBuilder("Attaching 2 probes...\n");
    for (int cpu = 0; cpu < 2; cpu++) {
      for (int i = 0; i < 50; i++) {
        text.append(
            "            java-215     (    212) [00%d]    %d.%d00000000: sys_enter: NR 77\n"
                .formatted(cpu, 12 + i / 10, i % 10));
      }
    }
    Files.writeString(file, text.toString());
    List<Long> times = read(file).stream().map(event -> event.stamp().nanos()).toList();
    assertEquals(100, times.size());
    assertEquals(times.stream().sorted().toList(), times);
  }

  @Test
  void toleratesByteOrderMarksCarriageReturnsAndACutLine() throws IOException {
    String line =
        "            java-215     [001] .....    12.345678: ext4_evict_inode: dev 259,0 ino 12"
            + " nlink 0";
    Path file = folder.resolve("a");
    Files.write(
        file,
        ("\u00EF\u00BB\u00BF# tracer: nop\r\n"
                + line
                + "\r\n"
                + line
                + "\r\n"
                + line.substring(0, 40))
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    List<TraceEvent> events = read(file);
    assertEquals(2, count(events, TraceEvent.InodeEvicted.class));
    assertTrue(events.getLast() instanceof TraceEvent.EventsLost, "the cut line");
    assertEquals(3, events.size());
    assertEquals(1, diagnostics.total());
  }

  @Test
  void keepsALineWithoutEndOutOfMemory() throws IOException {
    Path file = folder.resolve("a");
    try (var out = Files.newOutputStream(file)) {
      byte[] piece = new byte[1 << 20];
      java.util.Arrays.fill(piece, (byte) 'x');
      for (int i = 0; i < 64; i++) {
        out.write(piece);
      }
    }
    assertEquals(List.of(), read(file));
    assertEquals(1, diagnostics.total());
  }

  /** A recorder that was killed has not put the pages of its CPUs into one file yet. */
  @Test
  void readsThePagesThatAKilledRecorderLeft() throws IOException {
    List<TraceEvent> whole = read(TRACES.resolve("trace-cmd-3.1.6-v6.dat"));
    byte[] bytes = Files.readAllBytes(TRACES.resolve("trace-cmd-3.1.6-v6.dat"));
    int table =
        new String(bytes, StandardCharsets.ISO_8859_1).indexOf("flyrecord")
            + "flyrecord".length()
            + 1;
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int head = (int) numbers.getLong(table);
    for (int cpu = 0; cpu < 2; cpu++) {
      int at = (int) numbers.getLong(table + 16 * cpu);
      int size = (int) numbers.getLong(table + 16 * cpu + 8);
      Files.write(
          folder.resolve("trace-cmd-3.1.6-v6.dat.cpu" + cpu),
          Arrays.copyOfRange(bytes, at, at + size));
      numbers.putLong(table + 16 * cpu + 8, 0);
    }
    Path left = folder.resolve("trace-cmd-3.1.6-v6.dat");
    Files.write(left, Arrays.copyOf(bytes, head));
    assertEquals(whole, read(left));
    assertEquals(List.of(), diagnostics.shown());
  }

  @Test
  void numbersEventsByTime() throws IOException {
    long last = 0;
    for (TraceEvent event : read(TRACES.resolve("trace-cmd-3.1.6-v7-zstd.dat"))) {
      assertTrue(event.stamp().source().line() > last, event::toString);
      last = event.stamp().source().line();
    }
    assertTrue(last > 100, "found " + last);
  }
}
