package io.pinaudit.allocator;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;

/**
 * Pools and pinned files on a nearly full DAX file system, with reads of the slow disk and pipes
 * that keep them pinned, and everything done to them at random that gives storage back; other files
 * take it at once. Its last line says what became of their bytes.
 */
final class StressProgram {
  private static final int POOL_THREADS = 2;
  private static final int FILE_THREADS = 2;
  private static final long FREE_BYTES = 64 << 20;
  private static final int BLOCK_BYTES = 4096;
  private static final int POOL_BYTES = 1 << 20;
  private static final int MOST_POOL_BYTES = 4 << 20;
  private static final int FILE_BYTES = 512 << 10;
  private static final int MOST_KEPT = 6;
  private static final int POOL_LIFE_MILLIS = 1_500;

  private static final int STEP_MILLIS = 50;
  private static final int MOST_STEPS = 200;

  /** For what was started to reach the kernel, before anything is taken from under it. */
  private static final int HEAD_START_MILLIS = 250;

  private final Path folder;

  /** Then nothing is done for which the kernel itself would wait, maybe for good. */
  private final boolean ignoring;

  private final PoolOptions options;
  private final long endNanos;
  private final StressFailures failures;
  private final StressIo io;
  private final StressVictims victims;
  private final AtomicLong freedPinned = new AtomicLong();
  private final AtomicLong shrinks = new AtomicLong();
  private final AtomicLong pools = new AtomicLong();
  private final AtomicLong files = new AtomicLong();

  /** Held for reading while I/O is started, for writing while its pool is replaced. */
  private final ReadWriteLock starting = new ReentrantReadWriteLock();

  private volatile ExtentPool pool;

  private StressProgram(Path folder, Path disk, boolean ignoring, long seconds) throws IOException {
    this.folder = folder;
    this.ignoring = ignoring;
    this.failures = new StressFailures(ignoring);
    PoolOptions patient = PoolOptions.ofLength(POOL_BYTES).patience(Duration.ofMinutes(1));
    this.options = ignoring ? patient.ignorePins() : patient;
    this.io = new StressIo(disk, failures);
    this.victims = new StressVictims(folder);
    this.endNanos = System.nanoTime() + seconds * 1_000_000_000;
  }

  /** Usage: {@code StressProgram [--ignore-pins] SECONDS DISK FOLDER}. */
  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    boolean ignoring = words.remove("--ignore-pins");
    Path folder = Files.createTempDirectory(Path.of(words.get(2)), "stress");
    StressProgram program =
        new StressProgram(folder, Path.of(words.get(1)), ignoring, Long.parseLong(words.get(0)));
    program.run();
    program.failures.all().forEach(Throwable::printStackTrace);
    System.exit(program.failures.isEmpty() ? 0 : 1);
  }

  private void run() throws IOException, InterruptedException {
    Path ballast = fillUp();
    openPool();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int i = 0; i < POOL_THREADS; i++) {
        Random random = new Random(i);
        List<Extent> kept = new ArrayList<>();
        threads.execute(() -> repeat(10, 100, random, () -> useExtent(kept, random)));
      }
      for (int i = 0; i < FILE_THREADS; i++) {
        Random random = new Random(100 + i);
        threads.execute(() -> repeat(10, 100, random, () -> useFile(random)));
      }
      Random random = new Random(200);
      threads.execute(() -> repeat(50, 150, random, () -> victims.next(random)));
      threads.execute(
          () -> repeat(POOL_LIFE_MILLIS, POOL_LIFE_MILLIS + 1, random, this::replacePool));
    }
    deletePool(pool, poolPath(pools.get() - 1));
    if (ignoring) {
      freeUnderAPipe();
    }
    io.close();
    String truth = victims.truth();
    Files.delete(ballast);
    awaitDeletes();
    System.out.printf(
        "did %d reads through io_uring, %d direct reads, %d lends to pipes; %d failed%n",
        io.done(StressIo.Kind.RING),
        io.done(StressIo.Kind.CHANNEL),
        io.done(StressIo.Kind.PIPE),
        io.failed());
    System.out.printf(
        "freed %d pinned extents, shrank %d times, deleted %d pools and %d files%n",
        freedPinned.get(), shrinks.get(), pools.get(), files.get());
    System.out.printf(
        "truth: %s, %d in what was read, %d files are left%n", truth, io.foreignBytes(), left());
  }

  /** Leaves so little room that what is freed is soon taken. */
  private Path fillUp() throws IOException {
    Path ballast = Files.createFile(folder.resolve("ballast"));
    try (LinuxFile file = LinuxFile.open(ballast)) {
      long length = Files.getFileStore(folder).getUsableSpace() - FREE_BYTES;
      if (length > 0 && !file.allocate(0, length)) {
        throw new IOException("the file system of " + folder + " cannot allocate");
      }
    }
    return ballast;
  }

  /** All other I/O may have ended before its memory was freed: a pipe that nobody reads has not. */
  private void freeUnderAPipe() throws IOException {
    openPool();
    MemorySegment memory = pool.allocate(StressIo.MOST_BYTES).pin("lent").segment();
    memory.fill((byte) 'x');
    StressPipe pipe = StressPipe.open();
    pipe.lend(StressIo.unowned(memory));
    deletePool(pool, poolPath(pools.get() - 1));
    pipe.drain(StressIo.MOST_BYTES);
    pipe.close();
  }

  /** The last files are deleted some time after their last pin was closed. */
  private void awaitDeletes() throws IOException, InterruptedException {
    for (int i = 0; i < MOST_STEPS && left() > 0; i++) {
      Thread.sleep(STEP_MILLIS);
    }
  }

  private long left() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.count();
    }
  }

  private interface Operation {
    void run() throws IOException, InterruptedException;
  }

  private void repeat(int leastMillis, int mostMillis, Random random, Operation operation) {
    while (System.nanoTime() < endNanos && failures.isEmpty()) {
      try {
        Thread.sleep(random.nextInt(leastMillis, mostMillis));
        operation.run();
      } catch (IOException | InterruptedException | RuntimeException e) {
        failures.add(e);
      }
    }
  }

  private Path poolPath(long number) {
    return folder.resolve("pool-" + number);
  }

  private void openPool() throws IOException {
    PoolOptions growing = options.growTo(MOST_POOL_BYTES);
    pool =
        ExtentPool.open(
            poolPath(pools.getAndIncrement()), ignoring ? growing : growing.releaseBlocks());
  }

  /** Closes the pool and deletes its file, whoever may be using it. */
  private void replacePool() throws IOException, InterruptedException {
    starting.writeLock().lock();
    try {
      Thread.sleep(HEAD_START_MILLIS);
      ExtentPool old = pool;
      Path path = poolPath(pools.get() - 1);
      openPool();
      deletePool(old, path);
    } finally {
      starting.writeLock().unlock();
    }
  }

  private static void deletePool(ExtentPool pool, Path path) throws IOException {
    pool.close();
    Files.delete(path);
  }

  /** Allocates an extent, starts I/O on it, and frees it or another one, pinned or not. */
  private void useExtent(List<Extent> kept, Random random)
      throws IOException, InterruptedException {
    ExtentPool mine;
    Extent extent;
    io.reserve();
    starting.readLock().lock();
    try {
      mine = pool;
      forgetReplaced(kept, mine);
      extent = mine.allocate(someBytes(random));
      io.start(pin(extent, random), random);
    } catch (PoolFullException e) {
      io.giveUp();
      freeAll(kept);
      return;
    } catch (IOException | RuntimeException e) {
      io.giveUp();
      throw e;
    } finally {
      starting.readLock().unlock();
    }
    try {
      freeSome(mine, extent, kept, random);
    } catch (StillPinnedException e) {
      throw e;
    } catch (IllegalStateException e) {
      kept.clear();
      if (mine == pool) {
        throw e;
      }
    }
  }

  /** The extents of a pool that was replaced have gone with it. */
  private static void forgetReplaced(List<Extent> kept, ExtentPool mine) {
    kept.removeIf(old -> !old.lock().equals(mine.lock()));
  }

  private static void freeAll(List<Extent> kept) {
    try {
      kept.forEach(Extent::free);
    } catch (IllegalStateException e) {
      // They are of a pool that was replaced meanwhile, and gone with it.
      return;
    } finally {
      kept.clear();
    }
  }

  private void freeSome(ExtentPool mine, Extent extent, List<Extent> kept, Random random)
      throws IOException {
    if (random.nextInt(5) == 0) {
      extent.commit("extent");
    }
    if (random.nextBoolean()) {
      extent.free();
      freedPinned.incrementAndGet();
    } else {
      kept.add(extent);
    }
    if (kept.size() == MOST_KEPT) {
      kept.remove(random.nextInt(MOST_KEPT)).free();
    }
    if (!ignoring && random.nextInt(10) == 0) {
      shrink(mine, random);
    }
  }

  private void shrink(ExtentPool mine, Random random) throws IOException {
    long most = mine.length() / BLOCK_BYTES;
    long length = random.nextLong(POOL_BYTES / 2 / BLOCK_BYTES, most + 1) * BLOCK_BYTES;
    try {
      mine.shrink(length);
      shrinks.incrementAndGet();
    } catch (IllegalArgumentException | PoolFullException e) {
      // Another thread shrank it meanwhile, or there is no room for the log.
      return;
    } catch (IllegalStateException e) {
      if (!e.getMessage().contains("lives beyond")) {
        throw e;
      }
    }
  }

  private static int someBytes(Random random) {
    return random.nextInt(1, StressIo.MOST_BYTES / BLOCK_BYTES + 1) * BLOCK_BYTES;
  }

  private static Pin pin(Extent extent, Random random) {
    return random.nextInt(3) == 0 ? extent.pin("plain") : extent.pin(some("extent", random));
  }

  private static PinOptions some(String name, Random random) {
    return PinOptions.named(name)
        .policy(
            switch (random.nextInt(5)) {
              case 0 -> PinPolicy.WAIT;
              case 1 -> PinPolicy.COPY;
              default -> PinPolicy.DEFER;
            });
  }

  /** Starts I/O on some ranges of a file, and cuts, punches, deletes and unmaps it. */
  private void useFile(Random random) throws IOException, InterruptedException {
    Path path = folder.resolve("file-" + files.getAndIncrement());
    Files.write(path, new byte[FILE_BYTES]);
    try (PinnedFile file = PinnedFile.open(path, options)) {
      for (int pin = random.nextInt(1, 4); pin > 0; pin--) {
        io.reserve();
        try {
          // Ranges that do not overlap: each I/O finds the bytes that it has put there itself.
          long offset = (2L * pin + random.nextInt(2)) * StressIo.MOST_BYTES;
          PinOptions how = some("file", random);
          io.start(file.pin(how.range(offset, someBytes(random))), random);
        } catch (IOException | RuntimeException e) {
          io.giveUp();
          throw e;
        }
      }
      Thread.sleep(random.nextInt(HEAD_START_MILLIS, 2 * HEAD_START_MILLIS));
      switch (ignoring ? 3 : random.nextInt(3)) {
        case 0 -> file.truncate(random.nextLong(FILE_BYTES));
        case 1 -> file.punch(random.nextLong(64) * BLOCK_BYTES, someBytes(random));
        case 2 -> file.truncate(0);
        default -> {}
      }
      file.delete();
    }
  }
}
