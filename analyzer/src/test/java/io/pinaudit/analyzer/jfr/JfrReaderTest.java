package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.events.BufferTransfer;
import io.pinaudit.events.FileTruncate;
import io.pinaudit.events.HazardFound;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's own reader is the reference: both read the same recordings. */
class JfrReaderTest {
  private static final Path FIXTURE =
      Path.of("src/test/resources/runs/linux-6.1.192-java-dma/app.jfr");

  @TempDir private Path folder;

  @Test
  void readsWhatTheJdkReads() throws Exception {
    assertSameAsJdk(FIXTURE);
  }

  @Test
  void readsSeveralChunksWithStringsOfEveryKind() throws Exception {
    assertSameAsJdk(record(folder.resolve("strings.jfr")));
  }

  @Test
  void ordersCallsByTheirStart() throws Exception {
    List<JavaCall> calls = List.copyOf(JfrReader.read(record(folder.resolve("order.jfr"))).calls());

    List<JavaCall> sorted = new ArrayList<>(calls);
    sorted.sort(Comparator.comparingLong(call -> call.started().nanos()));
    assertEquals(sorted, calls);
    assertEquals(402, calls.size());
  }

  /** Calls of many chunks, some of which began chunks before they ended. */
  @Test
  void findsCallsAgainWhosePlacesItForgot() throws Exception {
    Path file = folder.resolve("many.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(BufferTransfer.class);
      recording.start();
      for (int i = 0; i < 600; i++) {
        begun(i % 50 == 7 ? i - 120 : i ^ 3, "op" + i % 5);
        if (i % 100 == 99) {
          rotate();
        }
      }
      recording.dump(file);
    }
    JfrRecording kept = new JfrReader(file, new HashSet<>()).read();
    List<JavaCall> expected = List.copyOf(kept.calls());
    assertEquals(600, expected.size());
    assertEquals(
        expected.stream().sorted(Comparator.comparingLong(call -> call.started().nanos())).toList(),
        expected);
    for (int most : new int[] {0, 150}) {
      JfrRecording forgotten = new JfrReader(file, new HashSet<>(), most).read();
      assertEquals(kept.problems(), forgotten.problems());
      assertEquals(600, forgotten.calls().size());
      assertEquals(expected, List.copyOf(forgotten.calls()));
      assertEquals(expected, List.copyOf(forgotten.calls()), "and once more");
    }
    Set<ByteBuffer> chunksRead = new HashSet<>();
    new JfrReader(file, chunksRead, 0).read();
    assertEquals(0, new JfrReader(file, chunksRead, 0).read().calls().size(), "the same chunks");
  }

  /** A call is found in its recording by its number, which no bookkeeping counts for. */
  @Test
  void numbersCallsAlikeWhetherItForgotThem() throws Exception {
    Path file = folder.resolve("told.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(BufferTransfer.class);
      recording.enable(HazardFound.class);
      recording.start();
      for (int i = 0; i < 20; i++) {
        begun(i, "op");
        new HazardFound().commit();
      }
      recording.dump(file);
    }
    for (int most : new int[] {0, 100}) {
      List<Integer> numbers =
          new JfrReader(file, new HashSet<>(), most)
              .read().calls().stream()
                  .map(call -> (int) call.started().source().line())
                  .sorted()
                  .toList();
      assertEquals(IntStream.rangeClosed(1, 20).boxed().toList(), numbers, most + " are kept");
    }
  }

  private static void begun(long nanos, String operation) {
    BufferTransfer transfer = new BufferTransfer();
    transfer.operation = operation;
    transfer.startNanos = 1_000_000 + nanos;
    transfer.endNanos = 2_000_000;
    transfer.commit();
  }

  /** HotSpot makes the error as anybody does: through its constructor, which JFR watches. */
  @Test
  void tellsOfFaultsAndOfNoOtherError() throws Exception {
    Path file = folder.resolve("faults.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.JavaErrorThrow").withStackTrace();
      recording.start();
      Error fault = new InternalError("a fault occurred in an unsafe memory access operation");
      Error other = new InternalError("something else");
      assertFalse(fault.getMessage().equals(other.getMessage()));
      recording.dump(file);
    }
    List<Fault> faults = JfrReader.read(file).faults();
    assertEquals(1, faults.size());
    assertEquals(Thread.currentThread().getName(), faults.getFirst().stamp().task());
    assertEquals("tellsOfFaultsAndOfNoOtherError", faults.getFirst().site().orElseThrow().method());
  }

  @Test
  void readsNumbersOfEveryLength() throws Exception {
    long number = 1;
    Path file = folder.resolve("numbers.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(BufferTransfer.class);
      recording.start();
      for (int bits = 0; bits < 64; bits++, number <<= 1) {
        transfer(number, "op", null);
        transfer(-number, "op", null);
      }
      recording.dump(file);
    }
    assertSameAsJdk(file);
  }

  /** {@code jcmd JFR.dump} writes all chunks every time; the last dump has some more. */
  @Test
  void readsAChunkOnceThatTwoDumpsHold() throws Exception {
    Path first = record(folder.resolve("first.jfr"));
    byte[] chunks = Files.readAllBytes(first);
    Path last = folder.resolve("last.jfr");
    Files.write(last, chunks);
    Files.write(last, Files.readAllBytes(FIXTURE), StandardOpenOption.APPEND);
    List<JavaCall> alone = List.copyOf(JfrReader.read(FIXTURE).calls());
    Set<ByteBuffer> chunksRead = new HashSet<>();

    List<JavaCall> calls = List.copyOf(JfrReader.read(first, chunksRead).calls());
    List<JavaCall> more = List.copyOf(JfrReader.read(last, chunksRead).calls());

    assertEquals(402, calls.size());
    assertEquals(alone.size(), more.size());
    assertEquals(
        402 + alone.getFirst().started().source().line(),
        more.getFirst().started().source().line(),
        "numbered as jfr print does");
    assertEquals(List.of(), JfrReader.read(FIXTURE, chunksRead).problems());
  }

  /** What one dump of a JVM maps may be unmapped in the next. */
  @Test
  void knowsAJvmByMoreThanTheNameOfAFile() throws Exception {
    Path copy = Files.copy(FIXTURE, folder.resolve("copy.jfr"));
    assertEquals(
        JfrReader.read(FIXTURE).calls().iterator().next().process(),
        JfrReader.read(copy).calls().iterator().next().process());
    Path own = record(folder.resolve("own.jfr"));
    assertEquals(
        "own.jfr", JfrReader.read(own).calls().iterator().next().process(), "it does not tell");
  }

  @Test
  void tellsOfEveryCutThatItIsNotWhole() throws Exception {
    byte[] whole = Files.readAllBytes(FIXTURE);
    for (int length : new int[] {0, 1, 67, 68, 69, 4096, whole.length / 2, whole.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.jfr"), java.util.Arrays.copyOf(whole, length));

      assertFalse(JfrReader.read(cut).problems().isEmpty(), () -> "cut at byte " + length);
    }
  }

  @Test
  void survivesDamagedBytes() throws Exception {
    byte[] whole = Files.readAllBytes(FIXTURE);
    Random random = new Random(1);
    for (int run = 0; run < 300; run++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i < 1 + run % 40; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      JfrRecording recording = JfrReader.read(Files.write(folder.resolve("damaged.jfr"), bytes));
      int decoded = 0;
      for (JavaCall call : recording.calls()) {
        decoded += call.operation() == null ? 0 : 1;
      }
      assertTrue(decoded <= recording.calls().size());
    }
  }

  private Path record(Path file) throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable(BufferTransfer.class);
      recording.enable(FileTruncate.class);
      recording.start();
      for (int i = 0; i < 400; i++) {
        transfer(i, i % 3 == 0 ? "é".repeat(i) : "plain-name-" + "x".repeat(i % 60), "日本" + i);
        if (i == 200) {
          rotate();
        }
      }
      transfer(1, "", null);
      FileTruncate truncate = new FileTruncate();
      truncate.operation = "FileChannel.truncate";
      truncate.startNanos = 5;
      truncate.newSizeBytes = 1_999_993;
      truncate.commit();
      recording.dump(file);
    }
    return file;
  }

  /** Starting a recording begins a new chunk. */
  private static void rotate() {
    try (Recording other = new Recording()) {
      other.start();
    }
  }

  private static void transfer(long number, String operation, String path) {
    BufferTransfer transfer = new BufferTransfer();
    transfer.operation = operation;
    transfer.bufferPath = path;
    transfer.startNanos = Long.MAX_VALUE / 2 - number / 4;
    transfer.endNanos = number;
    transfer.bufferAddress = number;
    transfer.lengthBytes = number ^ 0x55;
    transfer.bufferInode = 12;
    transfer.direct = (number & 1) != 0;
    transfer.commit();
  }

  private static void assertSameAsJdk(Path file) throws IOException {
    List<String> expected = new ArrayList<>();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        if (isCall(event.getEventType().getName())) {
          expected.add(text(event));
        }
      }
    }
    List<String> actual =
        new ArrayList<>(JfrReader.read(file).calls().stream().map(JfrReaderTest::text).toList());
    expected.sort(null);
    actual.sort(null);
    assertFalse(expected.isEmpty());
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  private static boolean isCall(String type) {
    return type.startsWith("pinaudit.")
        && !type.equals("pinaudit.HookCoverage")
        && !type.equals("pinaudit.RecordingLoss");
  }

  private static String text(RecordedEvent event) {
    boolean transfer = event.hasField("bufferAddress");
    List<Frame> frames =
        event.getStackTrace() == null
            ? List.of()
            : event.getStackTrace().getFrames().stream()
                .map(
                    frame ->
                        new Frame(
                            frame.getMethod().getType().getName(),
                            frame.getMethod().getName(),
                            frame.getLineNumber()))
                .filter(frame -> !frame.className().startsWith("io.pinaudit.agent."))
                .filter(frame -> !frame.className().contains("$$Lambda"))
                .filter(frame -> !frame.className().contains("LambdaForm$"))
                .toList();
    return "%d %d %s %s %s %s"
        .formatted(
            event.getLong("startNanos"),
            event.getLong("endNanos"),
            event.getString("operation"),
            event.getThread() == null ? "" : event.getThread().getJavaName(),
            transfer
                ? "%x %d %s"
                    .formatted(
                        event.getLong("bufferAddress"),
                        event.getLong("lengthBytes"),
                        event.getString("bufferPath"))
                : "",
            frames);
  }

  private static String text(JavaCall call) {
    return "%d %d %s %s %s %s"
        .formatted(
            call.started().nanos(),
            call.endNanos(),
            call.operation(),
            call.started().task(),
            call.effect() instanceof JavaCall.Transferred transferred
                ? "%x %d %s"
                    .formatted(
                        transferred.address(),
                        transferred.bufferRange().length(),
                        transferred.buffer().path())
                : "",
            call.stack());
  }
}
