package io.pinaudit.cli;

import io.pinaudit.analyzer.audit.Inputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows on a terminal how far a large trace has been read: bytes, rate, time remaining. Prints
 * nothing if there is no terminal, nor in the first second.
 */
public final class Progress implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final long QUIET_MILLIS = 1_000;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MEBI = 1 << 20;
  private static final String ERASE = "\r\033[K";

  private final Thread ticker; // null if there is no terminal

  private Progress(Thread ticker) {
    this.ticker = ticker;
  }

  /**
   * Starts to show the progress of reading a run's kernel traces.
   *
   * @throws IOException if one of them no longer exists
   */
  static Progress of(Inputs inputs, Console console) throws IOException {
    long total = 0;
    for (Path trace : inputs.traces()) {
      total += Files.size(trace);
    }
    return of(total, Progress::bytesReadByProcess, console);
  }

  static Progress of(long totalBytes, LongSupplier bytesRead, Console console) {
    return new Progress(console.interactive() ? ticker(totalBytes, bytesRead, console) : null);
  }

  private static Thread ticker(long totalBytes, LongSupplier bytesRead, Console console) {
    long startNanos = System.nanoTime();
    long before = bytesRead.getAsLong();
    return Thread.ofPlatform()
        .daemon()
        .name("pinaudit-progress")
        .start(() -> tick(startNanos, totalBytes, () -> bytesRead.getAsLong() - before, console));
  }

  /**
   * Returns the number of bytes that all read calls of this process have returned, from
   * proc_pid_io(5); 0 if this process may not know it.
   */
  private static long bytesReadByProcess() {
    try {
      String line = Files.readAllLines(Path.of("/proc/self/io")).getFirst();
      return Long.parseLong(line.substring("rchar: ".length()));
    } catch (IOException e) {
      return 0;
    }
  }

  private static void tick(
      long startNanos, long totalBytes, LongSupplier bytesRead, Console console) {
    try {
      Thread.sleep(QUIET_MILLIS);
      while (true) {
        long elapsed = System.nanoTime() - startNanos;
        console
            .err()
            .print(ERASE + line(Math.min(totalBytes, bytesRead.getAsLong()), totalBytes, elapsed));
        console.err().flush();
        Thread.sleep(PERIOD_MILLIS);
      }
    } catch (InterruptedException e) {
      console.err().print(ERASE);
      console.err().flush();
    }
  }

  /** Returns a line such as {@code reading 128 of 256 MiB, 64.0 MiB/s, 2 s left}. */
  static String line(long bytes, long totalBytes, long elapsedNanos) {
    double rate = bytes * NANOS_PER_SECOND / Math.max(1, elapsedNanos);
    String left =
        bytes == 0 ? "" : String.format(Locale.ROOT, ", %.0f s left", (totalBytes - bytes) / rate);
    return String.format(
        Locale.ROOT,
        "reading %.0f of %.0f MiB, %.1f MiB/s%s",
        bytes / MEBI,
        totalBytes / MEBI,
        rate / MEBI,
        left);
  }

  /** Wipes the line. */
  @Override
  public void close() {
    if (ticker != null) {
      ticker.interrupt();
      boolean interrupted = false;
      try {
        ticker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
