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
  private static final String REWRITE = "io.pinaudit.allocator.LogRewrite";
  private static final String PAUSE = "jdk.GCPhasePause";

  /** What is timed. */
  private interface Operation {
    void run() throws IOException;
  }

  /** An operation that took long. */
  private record Slow(Instant start, Instant end) {
    boolean endsDuring(RecordedEvent event) {
      return end.isAfter(event.getStartTime()) && end.isBefore(event.getEndTime());
    }

    /** Returns how long it took without the pauses in which the collector stops all threads. */
    long nanosWithout(List<RecordedEvent> pauses) {
      Duration paused = pauses.stream().map(this::overlap).reduce(Duration.ZERO, Duration::plus);
      return Duration.between(start, end).minus(paused).toNanos();
    }

    private Duration overlap(RecordedEvent pause) {
      Instant from = start.isAfter(pause.getStartTime()) ? start : pause.getStartTime();
      Instant to = end.isBefore(pause.getEndTime()) ? end : pause.getEndTime();
      return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }
  }

  /**
   * What was recorded.
   *
   * @param all how long the operations were timed
   */
  private record Recorded(List<RecordedEvent> rewrites, List<RecordedEvent> pauses, Duration all) {
    Duration rewriting() {
      return rewrites.stream()
          .map(RecordedEvent::getDuration)
          .reduce(Duration.ZERO, Duration::plus);
    }

    boolean isDuringRewrite(Slow slow) {
      return rewrites.stream().anyMatch(slow::endsDuring);
    }
  }

  /** The longest of many operations. For one thread. */
  private static final class Longest {
    private final String what;
    private final List<Slow> slow = new ArrayList<>();
    private long times;
    private long nanosOfOthers;
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
      if (took > TOO_LONG_NANOS) {
        Instant end = Instant.now();
        slow.add(new Slow(end.minusNanos(took), end));
      } else {
        nanosOfOthers = Math.max(nanosOfOthers, took);
      }
      times++;
    }

    /**
     * Prints how many took too long in a second of a rewrite, and in a second of all other time:
     * what a disk or other processes make slow is in both.
     */
    void print(Recorded recorded) {
      long nanos = nanosOfOthers;
      long during = 0;
      long others = 0;
      for (Slow one : slow) {
        long took = one.nanosWithout(recorded.pauses);
        nanos = Math.max(nanos, took);
        if (took > TOO_LONG_NANOS) {
          during += recorded.isDuringRewrite(one) ? 1 : 0;
          others += recorded.isDuringRewrite(one) ? 0 : 1;
        }
      }
      long rewritingMillis = recorded.rewriting().toMillis();
      System.out.printf(
          "%-26s %8d times, longest %8.2f ms by the clock, %6.2f ms of processor; over 20 ms: %d"
              + " while the log was begun anew (%.2f a second), %d else (%.2f a second)%n",
          what,
          times,
          nanos / 1e6,
          cpuNanos / 1e6,
          during,
          1e3 * during / rewritingMillis,
          others,
          1e3 * others / (recorded.all.toMillis() - rewritingMillis));
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
        recording.enable(REWRITE);
        recording.enable(PAUSE).withoutThreshold();
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
    Longest apply = new Longest("commit of " + CHANGED_AT_ONCE + " at once");
    List<Extent> extents = pool.extents();
    Instant begun = Instant.now();
    Thread other = Thread.ofPlatform().start(() -> allocateAndFree(pool, stop, allocate, free));
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
    Duration all = Duration.between(begun, Instant.now());
    List<RecordedEvent> events = events(recording);
    Recorded recorded = new Recorded(named(events, REWRITE), named(events, PAUSE), all);
    System.out.printf(
        "the log was begun anew %d times, for %d of %d ms; waited for: %s; %d pauses of the"
            + " collector are not counted%n",
        recorded.rewrites.size(),
        recorded.rewriting().toMillis(),
        all.toMillis(),
        recorded.rewrites.stream().map(event -> event.getBoolean("waited")).toList(),
        recorded.pauses.size());
    apply.print(recorded);
    allocate.print(recorded);
    free.print(recorded);
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  private static List<RecordedEvent> events(Recording recording) throws IOException {
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
