package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.jfr.JfrFollower;
import io.pinaudit.analyzer.tracedat.TraceDatReader;
import io.pinaudit.run.KeptPart;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import io.pinaudit.run.RunDescriptionWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies the last part of a run that is still being recorded into a run directory of its own: whole
 * pages of the kernel's trace and whole chunks of the JVMs' recordings.
 */
final class LastMinutes {
  private static final int PAGE_BYTES = 4096;
  private static final long MOST_TEXT_BYTES = 256L << 20;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Path from;
  private final Path to;
  private final long sinceNanos;

  /**
   * Copies from one folder to another, which is made.
   *
   * @param sinceNanos the time from which on is copied, in nanoseconds of CLOCK_MONOTONIC
   */
  LastMinutes(Path from, Path to, long sinceNanos) throws IOException {
    this.from = from;
    this.to = Files.createDirectories(to);
    this.sinceNanos = sinceNanos;
  }

  /** Copies the recordings of JVMs that have not ended; each folder becomes one file. */
  void copyJvms(List<Path> folders) throws IOException {
    long aheadNanos = System.currentTimeMillis() * NANOS_PER_MILLI - System.nanoTime();
    long sinceMillis = (sinceNanos + aheadNanos) / NANOS_PER_MILLI;
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (FileChannel out = create(to.resolve(folder.getFileName() + ".jfr"));
            Stream<Path> files = Files.list(folder)) {
          for (Path chunk : files.sorted().toList()) {
            JfrFollower.copy(chunk, sinceMillis, out);
          }
        }
      }
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Copies the kernel's traces; of a text the last part is copied that is not too large. */
  void copyTraces(List<Path> traces) throws IOException {
    for (Path trace : traces) {
      boolean raw = TraceFile.of(trace) == TraceFile.TRACE_DAT;
      if (raw) {
        Files.copy(trace, to.resolve(trace.getFileName()));
      } else {
        copyText(trace);
      }
      for (int cpu = 0; raw && Files.exists(TraceDatReader.pagesOf(trace, cpu)); cpu++) {
        copyPages(TraceDatReader.pagesOf(trace, cpu));
      }
    }
  }

  private void copyText(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file);
        FileChannel out = create(to.resolve(file.getFileName()))) {
      long end = in.size();
      long at = Math.max(KeptPart.begin(in), end - MOST_TEXT_BYTES);
      while (at < end) {
        at += in.transferTo(at, end - at, out);
      }
    }
  }

  private void copyPages(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file);
        FileChannel out = create(to.resolve(file.getFileName()))) {
      long pages = in.size() / PAGE_BYTES;
      long at = firstPage(in, pages) * PAGE_BYTES;
      while (at < pages * PAGE_BYTES) {
        at += in.transferTo(at, pages * PAGE_BYTES - at, out);
      }
    }
  }

  /**
   * Returns the first page to copy. Each page begins with its time, and pages are in order; a hole
   * has the time zero.
   */
  private long firstPage(FileChannel in, long pages) throws IOException {
    long low = 0;
    long high = pages;
    ByteBuffer time = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (low < high) {
      long middle = (low + high) >>> 1;
      in.read(time.clear(), middle * PAGE_BYTES);
      if (time.getLong(0) < sinceNanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    // The page before may reach into the time.
    return Math.max(0, low - 1);
  }

  /** Describes the copy as a run that ends now. */
  void describe() throws IOException {
    RunDescription run = RunDescriptionReader.read(from);
    Path names = from.resolve(ToldNames.FILE_NAME);
    if (Files.exists(names)) {
      Files.copy(names, to.resolve(ToldNames.FILE_NAME));
    }
    RunDescriptionWriter.write(run.endingAt(System.nanoTime()), to);
  }
}
