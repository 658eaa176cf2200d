package io.pinaudit.benchmarks;

import io.pinaudit.allocator.Changes;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.PoolOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * A pool with a million committed extents: how long it takes to open it, and how long single
 * operations take while its log is begun anew. The file has 5 GiB of blocks.
 */
final class ManyExtents {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int EXTENTS = 1_000_000;
  private static final int FILLED_AT_ONCE = 1_000;
  private static final int CHANGED_AT_ONCE = 64;
  private static final long TOO_LONG_NANOS = 20_000_000;
  private static final long MOST_SECONDS = 120;

  /** What is timed. */
  private interface Operation {
    void run() throws IOException;
  }

  /** The longest of many operations. For one thread. */
  private static final class Longest {
    private final String what;
    private final List<Instant> tooLong = new ArrayList<>();
    private long times;
    private long nanos;
    private long cpuNanos;

    Longest(String what) {
      this.what = what;
    }

    void time(Operation operation) throws IOException {
      long cpu = THREADS.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      operation.run();
      long took = System.nanoTime() - start;
      cpuNanos = Math.max(cpuNanos, THREADS.getCurrentThreadCpuTime() - cpu);
      nanos = Math.max(nanos, took);
      if (took > TOO_LONG_NANOS) {
        tooLong.add(Instant.now());
      }
      times++;
    }

    void print(List<RecordedEvent> rewrites) {
      long during =
          tooLong.stream()
              .filter(end -> rewrites.stream().anyMatch(rewrite -> isDuring(rewrite, end)))
              .count();
      System.out.printf(
          "%-26s %8d times, longest %8.2f ms by the clock, %6.2f ms of processor; %d over 20 ms,"
              + " %d of these while the log was begun anew%n",
          what, times, nanos / 1e6, cpuNanos / 1e6, tooLong.size(), during);
    }

    private static boolean isDuring(RecordedEvent rewrite, Instant end) {
      return end.isAfter(rewrite.getStartTime()) && end.isBefore(rewrite.getEndTime());
    }
  }

  private ManyExtents() {}

  static void measure(int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("pinaudit-benchmark");
    Path path = folder.resolve("pool");
    try {
      fill(path);
      for (int round = 0; round < rounds; round++) {
        open(path);
      }
      try (Recording recording = new Recording();
          ExtentPool pool = ExtentPool.open(path, PoolOptions.defaults())) {
        recording.enable("io.pinaudit.allocator.LogRewrite");
        recording.start();
        change(pool, rounds, recording);
      }
    } finally {
      Files.deleteIfExists(path);
      Files.delete(folder);
    }
  }

  private static void fill(Path path) throws IOException {
    PoolOptions options = PoolOptions.ofLength(EXTENTS * 4096L + (1L << 30));
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      for (int i = 0; i < EXTENTS; i += FILLED_AT_ONCE) {
        Changes changes = pool.changes();
        for (int j = i; j < i + FILLED_AT_ONCE; j++) {
          changes.commit(pool.allocate(4096), "page " + j);
        }
        changes.apply();
      }
    }
  }

  private static void open(Path path) throws IOException {
    long cpu = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    try (ExtentPool pool = ExtentPool.open(path, PoolOptions.defaults())) {
      System.out.printf(
          "open with %d extents: %.3f s, %.3f s of processor%n",
          pool.numbers().committedExtents(),
          (System.nanoTime() - start) / 1e9,
          (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9);
    }
  }

  /**
   * Renames extents until the log was begun anew so often; another thread takes the lock meanwhile.
   */
  private static void change(ExtentPool pool, int rewrites, Recording recording)
      throws IOException, InterruptedException {
    Longest allocate = new Longest("allocate, with the lock");
    Longest free = new Longest("free");
    AtomicBoolean stop = new AtomicBoolean();
    Thread other = Thread.ofPlatform().start(() -> allocateAndFree(pool, stop, allocate, free));
    Instant begun = Instant.now();
    Longest apply = new Longest("commit of " + CHANGED_AT_ONCE + " at once");
    List<Extent> extents = pool.extents();
    Random random = new Random(1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    long seen = 0;
    for (int turn = 0; seen < rewrites && System.nanoTime() < end; turn++) {
      Changes changes = pool.changes();
      for (int i = 0; i < CHANGED_AT_ONCE; i++) {
        Extent extent = extents.get(random.nextInt(EXTENTS));
        changes.commit(extent, extent.name());
      }
      apply.time(changes::apply);
      seen = turn % 100 == 0 ? pool.numbers().logRewrites() : seen;
    }
    stop.set(true);
    other.join();
    List<RecordedEvent> events = rewrites(recording);
    Duration during =
        events.stream().map(RecordedEvent::getDuration).reduce(Duration.ZERO, Duration::plus);
    System.out.printf(
        "the log was begun anew %d times, for %d of %d ms; waited for: %s%n",
        events.size(),
        during.toMillis(),
        Duration.between(begun, Instant.now()).toMillis(),
        events.stream().map(event -> event.getBoolean("waited")).toList());
    apply.print(events);
    allocate.print(events);
    free.print(events);
  }

  private static List<RecordedEvent> rewrites(Recording recording) throws IOException {
    Path file = Files.createTempFile("pinaudit-benchmark", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void allocateAndFree(
      ExtentPool pool, AtomicBoolean stop, Longest allocate, Longest free) {
    Extent[] one = new Extent[1];
    try {
      while (!stop.get()) {
        allocate.time(() -> one[0] = pool.allocate(4096, 8192));
        free.time(() -> one[0].free());
        TimeUnit.MICROSECONDS.sleep(200);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
