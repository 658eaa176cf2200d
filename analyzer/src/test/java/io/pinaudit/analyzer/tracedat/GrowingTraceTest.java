package io.pinaudit.analyzer.tracedat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.ftrace.KernelLayout;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace.dat of the fixtures is written once more as a recorder of ours would. */
class GrowingTraceTest {
  private static final Path WHOLE = Path.of("src/test/resources/traces/trace-cmd-3.1.6-v6.dat");
  private static final int PAGE_BYTES = 4096;

  @TempDir private Path folder;

  private final Horizon horizon = Horizon.ofGrowing();
  private Path file;
  private List<TraceDat.CpuData> cpus;
  private byte[] bytes;

  @BeforeEach
  void writeHead() throws IOException {
    bytes = Files.readAllBytes(WHOLE);
    try (FileChannel channel = FileChannel.open(WHOLE)) {
      cpus = TraceDatFile.read(channel).cpus();
    }
    int first = (int) cpus.stream().mapToLong(TraceDat.CpuData::offset).min().orElseThrow();
    byte[] head = Arrays.copyOf(bytes, first);
    String text = new String(head, StandardCharsets.ISO_8859_1);
    ByteBuffer sizes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int at = text.lastIndexOf("flyrecord\0") + "flyrecord\0".length();
    for (int cpu = 0; cpu < cpus.size(); cpu++) {
      sizes.putLong(at + 2 * Long.BYTES * cpu + Long.BYTES, 0);
    }
    file = Files.write(folder.resolve(WHOLE.getFileName().toString()), head);
    for (TraceDat.CpuData cpu : cpus) {
      Files.createFile(beside(cpu));
    }
  }

  private Path beside(TraceDat.CpuData cpu) {
    return folder.resolve(WHOLE.getFileName() + ".cpu" + cpu.cpu());
  }

  private void append(TraceDat.CpuData cpu, int from, int to) throws IOException {
    int end = (int) Math.min(to, cpu.sizeBytes());
    if (from < end) {
      Files.write(
          beside(cpu),
          Arrays.copyOfRange(bytes, (int) cpu.offset() + from, (int) cpu.offset() + end),
          StandardOpenOption.APPEND);
    }
  }

  private static LineDecoder decoder() {
    return new LineDecoder(KernelLayout.ASSUMED, 0, LineDecoder.Writer.ANY, new Diagnostics());
  }

  private static void read(TraceReader reader, List<TraceEvent> into) throws IOException {
    for (TraceEvent event = reader.next(); event != null; event = reader.next()) {
      into.add(event);
    }
  }

  private static List<TraceEvent> whole() throws IOException {
    List<TraceEvent> events = new ArrayList<>();
    try (TraceReader reader = new TraceDatReader(WHOLE, decoder(), Horizon.ofWhole())) {
      read(reader, events);
    }
    return events;
  }

  @Test
  void givesTheEventsInOrderAsPagesAndHalvesOfPagesAreWritten() throws IOException {
    List<TraceEvent> whole = whole();
    List<TraceEvent> events = new ArrayList<>();
    int longest = (int) cpus.stream().mapToLong(TraceDat.CpuData::sizeBytes).max().orElseThrow();
    assertTrue(longest > PAGE_BYTES && cpus.size() > 1, "several pages of several CPUs");
    try (TraceReader reader = new TraceDatReader(file, decoder(), horizon)) {
      int step = PAGE_BYTES / 2;
      for (int at = 0; at < longest; at += step) {
        for (TraceDat.CpuData cpu : cpus) {
          append(cpu, at, at + step);
        }
        // Nothing is known of the times yet.
        read(reader, events);
        assertEquals(List.of(), events);
      }
      horizon.end();
      read(reader, events);
    }
    assertEquals(whole, events);
  }

  @Test
  void holdsBackWhatIsBeyondTheHorizon() throws IOException {
    List<TraceEvent> whole = whole();
    long middle = whole.get(whole.size() / 2).stamp().nanos();
    List<TraceEvent> events = new ArrayList<>();
    try (TraceReader reader = new TraceDatReader(file, decoder(), horizon)) {
      append(cpus.getFirst(), 0, Integer.MAX_VALUE);
      read(reader, events);
      assertEquals(List.of(), events);
      for (TraceDat.CpuData cpu : cpus.subList(1, cpus.size())) {
        append(cpu, 0, Integer.MAX_VALUE);
      }
      horizon.reach(middle);
      read(reader, events);
      assertTrue(events.getLast().stamp().nanos() <= middle);
      assertTrue(events.size() > whole.size() / 2, () -> events.size() + " events");
      horizon.end();
      read(reader, events);
    }
    assertEquals(whole, events);
  }
}
