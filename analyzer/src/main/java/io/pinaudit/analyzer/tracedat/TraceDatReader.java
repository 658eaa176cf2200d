package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.ftrace.FtraceLine;
import io.pinaudit.analyzer.ftrace.LineDecoder;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Reads a {@code trace.dat} of trace-cmd: the CPUs' events merged by time, a page of each in
 * memory. Where an event was read is told by its number in the file.
 */
public final class TraceDatReader implements TraceReader {
  private final String name;
  private final FileChannel file;
  private final LineDecoder decoder;
  private final TraceDat trace;
  private final Map<Integer, EventText> texts = new HashMap<>();
  private final PriorityQueue<CpuEvents> cpus =
      new PriorityQueue<>(Comparator.comparingLong(CpuEvents::nanos));
  private long numbers;

  /**
   * Opens a trace.
   *
   * @throws InputException if it is damaged, with the offset
   */
  public TraceDatReader(Path path, LineDecoder decoder) throws IOException {
    this.name = path.getFileName().toString();
    this.decoder = decoder;
    this.file = FileChannel.open(path);
    try {
      this.trace = TraceDatFile.read(file);
      for (TraceDat.CpuData data : trace.cpus()) {
        add(new CpuEvents(data.cpu(), new CpuPages(file, data), this));
      }
      checkClock();
    } catch (InputException e) {
      file.close();
      throw e;
    } catch (IOException e) {
      file.close();
      throw new InputException(path + ": error: " + e.getMessage());
    }
  }

  /** Whether a file that begins like this is one. */
  public static boolean matches(byte[] head) {
    byte[] magic = TraceDatFile.MAGIC;
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  private void add(CpuEvents cpu) {
    if (cpu.head() != null) {
      cpus.add(cpu);
    }
  }

  private void checkClock() {
    if (!trace.clock().isEmpty() && !trace.clock().equals("mono")) {
      damaged(new Source(name, 0), "the trace's clock is '" + trace.clock() + "', expected 'mono'");
    }
  }

  @Override
  public TraceEvent next() throws IOException {
    CpuEvents first = cpus.poll();
    if (first == null) {
      return null;
    }
    TraceEvent event = first.head();
    try {
      first.advance();
      add(first);
    } catch (IOException e) {
      damaged(event.stamp().source(), e.getMessage());
    }
    return event;
  }

  PageLayout layout() {
    return trace.layout();
  }

  Source source(long number) {
    return new Source(name, number);
  }

  long nextNumber() {
    return ++numbers;
  }

  long monotonicNanos(long nanos) {
    return decoder.monotonicNanos(nanos);
  }

  String task(int tid) {
    return tid == 0 ? "<idle>" : trace.tasks().getOrDefault(tid, "<...>");
  }

  EventText text(int type) {
    return texts.computeIfAbsent(
        type,
        id ->
            trace.formats().containsKey(id)
                ? new EventText(trace.formats().get(id), trace.symbols())
                : null);
  }

  TraceEvent decode(FtraceLine line, Source source) {
    return decoder.decode(line, source);
  }

  void unknown(int type) {
    decoder.diagnostics().ignore("type " + type);
  }

  void damaged(Source source, String what) {
    decoder.diagnostics().add(source, what, "");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
