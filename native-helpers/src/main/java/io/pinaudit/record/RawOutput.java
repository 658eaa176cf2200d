package io.pinaudit.record;

import io.pinaudit.linux.LinuxFile;
import io.pinaudit.linux.PagePipe;
import io.pinaudit.run.BoundedMap;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages of each CPU's ring buffer, as {@code per_cpu/cpuN/trace_pipe_raw} gives them, in a file
 * of their own: {@code kernel.dat.cpu0}, as trace-cmd does while it records. {@link #complete}
 * makes them one {@code kernel.dat}; until then that has what is needed to read the others, and
 * {@link Progress} tells beside it who reads them meanwhile how far they are complete.
 */
final class RawOutput implements TraceOutput {
  private static final int BUFFER_BYTES = 16 * TraceDatHead.PAGE_BYTES;

  /** The largest number of threads whose names are kept for the end; the eldest are forgotten. */
  private static final int MOST_TASKS = 1 << 17;

  /** The last mark does not wake who waits, and so ends a recording so much later. */
  private static final int LONGEST_PAUSE_MILLIS = 100;

  /** So much is moved for one CPU before it is the next one's turn. */
  private static final long MOST_MOVED_BYTES = 16 << 20;

  private static final long FLUSH_NANOS = 1_000_000_000;

  /** Of each page at least seven eighths are used. */
  private static final int UNUSED_PART = 8;

  private static final Pattern TASK = Pattern.compile("(\\d{1,9}) (.*)", Pattern.DOTALL);

  private final Tracefs tracefs;
  private final Path file;
  private final FileChannel progress;
  private final List<CpuFile> cpus = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final PagePipe moving = new PagePipe();
  private final Map<Integer, String> tasks = BoundedMap.ofYoungest(MOST_TASKS);
  private KeptPages kept; // once all CPUs are known
  private volatile TraceDatHead head;
  private long flushNanos = System.nanoTime();
  private boolean woken = true; // whether something could be read after the last wait

  private RawOutput(Tracefs tracefs, Path file) throws IOException {
    this.tracefs = tracefs;
    this.file = file;
    this.progress = TraceOutput.create(Progress.beside(file));
  }

  static RawOutput open(TraceInstance instance, Tracefs tracefs, Path file, Retention retention)
      throws IOException {
    RawOutput output = new RawOutput(tracefs, file);
    try {
      for (Path cpu : instance.cpus()) {
        Path pages = file.resolveSibling(file.getFileName() + "." + cpu.getFileName());
        output.cpus.add(output.new CpuFile(cpu, pages));
      }
      output.kept = new KeptPages(retention, output.cpus.size());
    } catch (IOException e) {
      output.close();
      throw e;
    }
    return output;
  }

  @Override
  public void describe(List<Path> events, String symbols) throws IOException {
    TraceDatHead described = TraceDatHead.of(tracefs, events, symbols);
    try (FileChannel out = TraceOutput.create(file)) {
      TraceOutput.write(described.bytes(Map.of(), Collections.nCopies(cpus.size(), 0L)), out);
    }
    head = described;
  }

  @Override
  public long copy(boolean all) throws IOException {
    long nowNanos = System.nanoTime();
    boolean flush = nowNanos - flushNanos > FLUSH_NANOS;
    Map<Integer, String> named = Map.of();
    if (flush || all) {
      flushNanos = nowNanos;
      named = nameTasks();
    }
    long copied = 0;
    for (CpuFile cpu : cpus) {
      if (all) {
        copied += cpu.copyRest();
      } else if (flush) {
        copied += cpu.copyNow();
      } else if (woken) {
        copied += cpu.copyFull();
      }
    }
    if (flush) {
      new Progress(nowNanos, named).write(progress);
      drop(nowNanos);
    }
    return copied;
  }

  /**
   * Notes the names of threads, and returns those that the kernel remembers: of the threads that it
   * recorded last, 128 by default.
   */
  private Map<Integer, String> nameTasks() throws IOException {
    Path names = tracefs.root().resolve("saved_cmdlines");
    Map<Integer, String> named = named(Files.readAllLines(names, StandardCharsets.ISO_8859_1));
    tasks.putAll(named);
    return named;
  }

  /** Returns the names in such lines, but for the rest of a name that has a line break. */
  static Map<Integer, String> named(List<String> lines) {
    Map<Integer, String> named = new HashMap<>();
    for (String line : lines) {
      Matcher matcher = TASK.matcher(line);
      if (matcher.matches()) {
        named.put(Integer.parseInt(matcher.group(1)), matcher.group(2));
      }
    }
    return named;
  }

  /** Gives the room of the pages that are too old back to the file system. */
  private void drop(long nowNanos) throws IOException {
    long[] sizes = new long[cpus.size()];
    for (int cpu = 0; cpu < sizes.length; cpu++) {
      sizes[cpu] = cpus.get(cpu).sizeBytes;
    }
    long[] before = new long[sizes.length];
    Arrays.setAll(before, kept::dropped);
    kept.flushed(nowNanos, sizes);
    for (int cpu = 0; cpu < sizes.length; cpu++) {
      if (kept.dropped(cpu) > before[cpu]) {
        cpus.get(cpu).pages.punch(before[cpu], kept.dropped(cpu) - before[cpu]);
      }
    }
  }

  /** Kernels before Linux 6.1 wake for every event: then the wait is the pause. */
  @Override
  public void await() throws IOException, InterruptedException {
    if (woken) {
      Thread.sleep(PAUSE_MILLIS);
    }
    woken = TracePipe.await(cpus.stream().map(cpu -> cpu.pipe).toList(), LONGEST_PAUSE_MILLIS);
  }

  @Override
  public void complete() throws IOException {
    if (head == null) {
      throw new IOException(file + " has no description: no probe was attached yet");
    }
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out = TraceOutput.create(whole)) {
      List<Long> sizes = new ArrayList<>();
      for (int cpu = 0; cpu < cpus.size(); cpu++) {
        sizes.add(cpus.get(cpu).sizeBytes - kept.dropped(cpu));
      }
      TraceOutput.write(head.bytes(tasks, sizes), out);
      for (int cpu = 0; cpu < cpus.size(); cpu++) {
        append(cpus.get(cpu), kept.dropped(cpu), out);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
    for (CpuFile cpu : cpus) {
      Files.delete(cpu.file);
    }
    Files.delete(Progress.beside(file));
  }

  private static void append(CpuFile cpu, long from, FileChannel out) throws IOException {
    for (long at = from; at < cpu.sizeBytes; ) {
      at += cpu.written.transferTo(at, cpu.sizeBytes - at, out);
    }
  }

  @Override
  public void close() throws IOException {
    moving.close();
    progress.close();
    for (CpuFile cpu : cpus) {
      cpu.close();
    }
  }

  /** One CPU's buffer and the file that it is emptied into. */
  private final class CpuFile implements AutoCloseable {
    private final Path file;
    private final TracePipe pipe;
    private final FileChannel statistics;
    private final LinuxFile pages;
    private final FileChannel written; // the same file
    private long sizeBytes;
    private boolean moves = true; // until the file system refuses to take pages from a pipe

    CpuFile(Path cpu, Path file) throws IOException {
      this.file = file;
      pipe = TracePipe.open(cpu.resolve("trace_pipe_raw"));
      try {
        statistics = FileChannel.open(cpu.resolve("stats"));
        pages = LinuxFile.create(file);
        written =
            FileChannel.open(pages.alias(), StandardOpenOption.READ, StandardOpenOption.WRITE);
      } catch (IOException e) {
        pipe.close();
        throw e;
      }
    }

    /**
     * Returns at least how many bytes the pages have that there are now, full or not: the last
     * event of a page may have found no room in it.
     */
    private long bytesNow() throws IOException {
      long unread = CpuStatistics.unreadBytes(statistics);
      return unread + unread / UNUSED_PART + 2 * TraceDatHead.PAGE_BYTES;
    }

    /**
     * Copies the pages that are full: a page that is not full yet takes as much room in the file as
     * one that is. Older kernels move no page after one of which a part was read.
     *
     * @return how many bytes there were
     */
    long copyFull() throws IOException {
      long moved = move(MOST_MOVED_BYTES);
      return moved > 0
          ? moved
          : read(CpuStatistics.unreadBytes(statistics) - TraceDatHead.PAGE_BYTES);
    }

    /** Copies what there is now, and returns how many bytes there were. */
    long copyNow() throws IOException {
      return move(bytesNow()) + read(bytesNow());
    }

    /** Copies pages until there are none, and returns how many bytes there were. */
    long copyRest() throws IOException {
      return move(Long.MAX_VALUE) + read(Long.MAX_VALUE);
    }

    /** Moves full pages until there are none, or about so many bytes. */
    private long move(long mostBytes) throws IOException {
      long moved = 0;
      int count = 1;
      while (moves && moved < mostBytes && count > 0) {
        count = pipe.fill(moving);
        moved += count;
        if (moving.drain(pages, sizeBytes)) {
          sizeBytes += count;
        } else {
          moves = false;
          copyMoved();
        }
      }
      return moved;
    }

    private void copyMoved() throws IOException {
      while (moving.read(buffer)) {
        write();
      }
    }

    private long read(long mostBytes) throws IOException {
      long copied = 0;
      while (copied < mostBytes && pipe.read(buffer)) {
        copied += TraceDatHead.PAGE_BYTES;
        if (!buffer.hasRemaining()) {
          write();
        }
      }
      write();
      return copied;
    }

    private void write() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        sizeBytes += written.write(buffer, sizeBytes);
      }
      buffer.clear();
    }

    @Override
    public void close() throws IOException {
      try (pipe;
          statistics;
          pages) {
        written.close();
      }
    }
  }
}
