package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.linux.event.EventFormat;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The events of a {@code trace.dat} as the lines that the kernel would print. It merges the CPUs'
 * events by time and keeps one page of each CPU in memory. Events are numbered from 1; a place
 * where a CPU lost events counts as one.
 *
 * <p>A recorder that was killed, and one that is at work, leaves a file without pages, and the
 * pages of each CPU in {@code kernel.dat.cpu0} and so on beside it: then these files are read.
 *
 * <p>Confined to one thread.
 */
final class TraceDatLines implements Closeable {
  private static final int COMMON_BYTES = 8;
  private static final int PID_OFFSET = 4;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Path path;
  private final Diagnostics diagnostics;
  private final Horizon horizon;
  private final List<FileChannel> files = new ArrayList<>();
  private final TraceDat trace;
  private final LiveTasks tasks;
  private final Map<Integer, BinaryFields> kinds = new HashMap<>();
  private final PriorityQueue<CpuEvents> others =
      new PriorityQueue<>(Comparator.comparingLong(CpuEvents::nanos));

  /** The CPUs of a trace that is still being written that have no more events yet. */
  private final List<CpuEvents> idle = new ArrayList<>();

  private CpuEvents current;
  private long knownNanos = Long.MIN_VALUE;
  private long number;
  private long unusable;

  /** The CPUs whose data are shorter than the file claims. */
  private final Set<Integer> cutOff = new HashSet<>();

  private long brokeOffNanos = Long.MAX_VALUE;

  /**
   * Opens a trace.
   *
   * @param diagnostics takes what cannot be read
   * @param horizon up to which time, in the trace's clock, the trace is complete
   * @throws InputException if the file is damaged, with the offset
   */
  TraceDatLines(Path path, Diagnostics diagnostics, Horizon horizon) throws IOException {
    this.path = path;
    this.diagnostics = diagnostics;
    this.horizon = horizon;
    this.tasks = new LiveTasks(path);
    try {
      this.trace = TraceDatFile.read(open(path));
      for (TraceDat.CpuData data : trace.cpus()) {
        add(new CpuEvents(data.cpu(), pages(data), trace.layout(), this::damagedPage));
      }
      checkClock();
    } catch (InputException e) {
      close();
      throw e;
    } catch (IOException e) {
      close();
      throw new InputException(path + ": error: " + e.getMessage());
    }
  }

  private FileChannel open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    files.add(channel);
    return channel;
  }

  private PageSource pages(TraceDat.CpuData data) throws IOException {
    Path beside = TraceDatReader.pagesOf(path, data.cpu());
    if (trace.cpus().stream().anyMatch(cpu -> cpu.sizeBytes() > 0) || !Files.exists(beside)) {
      checkSize(data, files.getFirst().size());
      return new CpuPages(files.getFirst(), data);
    }
    return new GrowingPages(open(beside), data.pageBytes());
  }

  /** Notes a CPU whose data the end of the file cuts off, which may be between two events. */
  private void checkSize(TraceDat.CpuData data, long fileBytes) {
    long found = fileBytes - data.offset();
    if (found < data.sizeBytes()) {
      cutOff.add(data.cpu());
      damaged(
          "CPU %d has %d bytes at offset %d, expected %d"
              .formatted(data.cpu(), found, data.offset(), data.sizeBytes()));
    }
  }

  private void add(CpuEvents cpu) throws IOException {
    if (cpu.advance()) {
      others.add(cpu);
    } else if (!horizon.isOver()) {
      idle.add(cpu);
    } else if (cpu.endsInDamage() || cutOff.contains(cpu.cpu())) {
      brokeOff(cpu);
    }
  }

  private void brokeOff(CpuEvents cpu) {
    brokeOffNanos = Math.min(brokeOffNanos, cpu.lastNanos());
  }

  /**
   * Returns whether the events of a CPU have ended only because the rest of its data cannot be
   * read.
   */
  boolean brokeOff() {
    return brokeOffNanos != Long.MAX_VALUE;
  }

  /**
   * Returns the time, in the trace's clock, of the last event that was read of the CPU that broke
   * off first.
   */
  long brokeOffNanos() {
    return brokeOffNanos;
  }

  /** Returns how many events had data too short for their kind; unknown kinds are not counted. */
  long unusable() {
    return unusable;
  }

  private void checkClock() {
    if (!trace.clock().isEmpty() && !trace.clock().equals("mono")) {
      damaged("the trace's clock is '" + trace.clock() + "', expected 'mono'");
    }
  }

  /**
   * Goes to the next event or gap; returns false at the end, and if none is before the horizon yet.
   */
  boolean next() {
    if (current != null) {
      addOrBreakOff(current);
      current = null;
    }
    if (horizon.nanos() != knownNanos) {
      grow();
    }
    if (!others.isEmpty() && others.peek().nanos() <= horizon.nanos()) {
      current = others.poll();
      number++;
    }
    return current != null;
  }

  private void addOrBreakOff(CpuEvents cpu) {
    try {
      add(cpu);
    } catch (IOException e) {
      damaged(e.getMessage());
      brokeOff(cpu);
    }
  }

  /** Looks once more at the CPUs that had no more events. */
  private void grow() {
    knownNanos = horizon.nanos();
    List<CpuEvents> again = List.copyOf(idle);
    idle.clear();
    again.forEach(this::addOrBreakOff);
    if (!horizon.isOver()) {
      tasks.look();
    }
  }

  /** Returns whether there may be more events than there are. */
  boolean grows() {
    return !horizon.isOver();
  }

  /** Returns the file and the number of the event. */
  Source source() {
    return new Source(path.getFileName().toString(), number);
  }

  /** Returns whether events were lost here: then there is no event at this place. */
  boolean gap() {
    return current.gap();
  }

  /** Returns how many events were lost; 0 if the kernel does not say. */
  long lost() {
    return current.lost();
  }

  int cpu() {
    return current.cpu();
  }

  /** Returns the time of the event, or of the first event after a gap, in the trace's clock. */
  long nanos() {
    return current.nanos();
  }

  /** Returns the time of the CPU's event before this one; 0 if there was none. */
  long lastNanos() {
    return current.lastNanos();
  }

  /**
   * Returns the event, which is valid until {@link #next}; null if its data or its type is not
   * understood.
   */
  BinaryFields event() {
    ByteBuffer data = current.data();
    if (data.limit() < COMMON_BYTES) {
      unusable++;
      damaged("an event of " + data.limit() + " bytes");
      return null;
    }
    int type = data.getShort(0) & 0xffff;
    BinaryFields kind = kind(type);
    if (kind == null) {
      diagnostics.ignore("type " + type);
      return null;
    }
    return kind.of(data);
  }

  /** Returns the number of the event's thread. */
  int tid() {
    return current.data().getInt(PID_OFFSET);
  }

  /** Returns the event or gap as a line of text. */
  String text() {
    BinaryFields event = gap() ? null : event();
    if (event == null) {
      return gap() ? "CPU:" + cpu() + " [LOST " + lost() + " EVENTS]" : "?";
    }
    return "%16s-%-7d [%03d] %d.%09d: %s: %s"
        .formatted(
            task(),
            tid(),
            cpu(),
            nanos() / NANOS_PER_SECOND,
            nanos() % NANOS_PER_SECOND,
            event.event(),
            event.asText());
  }

  /** Returns the name of the event's thread. */
  String task() {
    String name = trace.tasks().get(tid());
    return tid() == 0 ? "<idle>" : name == null ? tasks.name(tid()) : name;
  }

  private BinaryFields kind(int type) {
    BinaryFields known = kinds.get(type);
    if (known == null && trace.formats().containsKey(type)) {
      EventFormat format = trace.formats().get(type);
      known = new BinaryFields(format, new EventText(format, trace.symbols()), trace.symbols());
      kinds.put(type, known);
    }
    return known;
  }

  private void damagedPage() {
    damaged("a page that is blank, or ends within an event");
  }

  private void damaged(String what) {
    diagnostics.add(source(), what, "");
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
