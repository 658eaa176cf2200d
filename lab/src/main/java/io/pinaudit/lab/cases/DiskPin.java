package io.pinaudit.lab.cases;

import static com.sun.nio.file.ExtendedOpenOption.DIRECT;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pinaudit.samples.IoRing;
import io.pinaudit.samples.NativeCall;
import io.pinaudit.samples.PatternFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A pin by the slow disk, which reads into the pages or writes them, three requests at once. */
final class DiskPin implements MatrixPin {
  private static final int REQUESTS = 4;
  private static final int SHARE_PAGES = MatrixScene.PINNED_PAGES / REQUESTS;
  private static final int SHARE_BYTES = SHARE_PAGES * MatrixScene.PAGE_BYTES;
  private static final long STRIDE_BYTES = 1 << 17;
  private static final long WRITTEN_BYTES = 8 << 20; // from there on: nobody reads that
  private static final int DIRECT_READ = 0x4000; // fcntl.h: O_RDONLY | O_DIRECT

  private final MemorySegment pages;
  private final boolean writes;
  private final Completion completion;

  private DiskPin(MemorySegment pages, boolean writes, Completion completion) {
    this.pages = pages;
    this.writes = writes;
    this.completion = completion;
  }

  /** Waits until all requests are done. */
  @FunctionalInterface
  private interface Completion {
    void await() throws IOException, InterruptedException;
  }

  /** The I/O of one thread on its share of the pages. */
  @FunctionalInterface
  private interface Transfer {
    void run(ByteBuffer share, long position) throws IOException;
  }

  static DiskPin reading(MemorySegment pages) throws IOException, InterruptedException {
    FileChannel disk = FileChannel.open(slowDisk(), READ, DIRECT);
    keepBusy();
    return new DiskPin(pages, false, inThreads(pages, disk::read));
  }

  static DiskPin writing(MemorySegment pages) throws IOException, InterruptedException {
    FileChannel disk = FileChannel.open(slowDisk(), WRITE, DIRECT);
    keepBusy();
    return new DiskPin(
        pages,
        true,
        inThreads(pages, (share, position) -> disk.write(share, WRITTEN_BYTES + position)));
  }

  /** Reads each share into several buffers that are not in the order of the pages. */
  static DiskPin scattering(MemorySegment pages) throws IOException, InterruptedException {
    keepBusy();
    return new DiskPin(pages, false, inThreads(pages, DiskPin::scatter));
  }

  private static void scatter(ByteBuffer share, long position) throws IOException {
    int page = MatrixScene.PAGE_BYTES;
    ByteBuffer[] parts = {
      share.slice(2 * page, SHARE_BYTES - 2 * page), share.slice(0, page), share.slice(page, page)
    };
    try (FileChannel disk = FileChannel.open(slowDisk(), READ, DIRECT)) {
      disk.position(position).read(parts);
    }
  }

  /** Reads with pread(2) itself, without the JDK's channels. */
  static DiskPin calling(MemorySegment pages) throws IOException, InterruptedException {
    int fd = openDisk();
    // Link the function now: its first call takes longer than the head start.
    NativeCall.of("pread", fd, pages, 0L, 0L);
    keepBusy();
    return new DiskPin(
        pages,
        false,
        inThreads(
            pages,
            (share, position) ->
                NativeCall.of(
                    "pread", fd, MemorySegment.ofBuffer(share), (long) SHARE_BYTES, position)));
  }

  /** Reads through an io_uring. */
  static DiskPin queueing(MemorySegment pages) throws IOException {
    int fd = openDisk();
    keepBusy();
    IoRing ring = IoRing.open();
    for (int i = 0; i < REQUESTS; i++) {
      ring.queueRead(fd, share(pages, i), i * STRIDE_BYTES);
    }
    ring.submit(REQUESTS);
    return new DiskPin(pages, false, () -> ring.awaitCompletions(REQUESTS));
  }

  private static Completion inThreads(MemorySegment pages, Transfer transfer)
      throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(REQUESTS, Thread.ofPlatform().name("request").factory());
    List<Future<?>> transfers = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      ByteBuffer share = share(pages, i).asByteBuffer();
      long position = i * STRIDE_BYTES;
      transfers.add(
          threads.submit(
              () -> {
                transfer.run(share, position);
                return null;
              }));
    }
    while (countBlocked() + transfers.stream().filter(Future::isDone).count() < REQUESTS) {
      Thread.sleep(1);
    }
    return () -> {
      threads.close();
      for (Future<?> done : transfers) {
        try {
          done.get();
        } catch (ExecutionException e) {
          throw new IOException(e.getCause());
        }
      }
    };
  }

  /**
   * Returns how many threads wait for the device, in uninterruptible sleep: "257 (request) D 239
   * …".
   */
  private static long countBlocked() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        count += Files.readString(thread.resolve("stat")).contains("(request) D ") ? 1 : 0;
      }
    } catch (NoSuchFileException e) {
      // The thread has ended meanwhile; the caller asks again.
      return 0;
    }
    return count;
  }

  /**
   * Returns a segment with the same addresses and no arena, as a pool makes it that keeps
   * addresses: it lets the arena be closed.
   */
  @SuppressWarnings("restricted")
  private static MemorySegment share(MemorySegment pages, int index) {
    return MemorySegment.ofAddress(pages.address() + (long) index * SHARE_BYTES)
        .reinterpret(SHARE_BYTES);
  }

  private static Path slowDisk() {
    return Path.of(System.getenv("PINAUDIT_SLOW_DISK"));
  }

  /**
   * Gives the disk a request of its own. An idle disk serves the first request at once, while the
   * others are still being submitted; bpftrace then misses its end.
   */
  private static void keepBusy() throws IOException {
    int page = MatrixScene.PAGE_BYTES;
    try (FileChannel disk = FileChannel.open(slowDisk(), READ, DIRECT)) {
      disk.read(ByteBuffer.allocateDirect(2 * page).alignedSlice(page).limit(page), 0);
    }
  }

  private static int openDisk() throws IOException {
    return (int) NativeCall.of("open", NativeCall.text(slowDisk().toString()), DIRECT_READ);
  }

  @Override
  public void drop() throws IOException, InterruptedException {
    completion.await();
  }

  @Override
  public void wakeWaiters() throws IOException {
    PipePin.lent(pages).drop();
  }

  @Override
  public boolean endsByItself() {
    return true;
  }

  @Override
  public long countForeign(PatternFile victim) throws IOException {
    if (writes) {
      return victim.countOwn(written());
    }
    return Files.exists(victim.path()) ? victim.countForeignBytes() : 0;
  }

  /** Returns what the disk holds now where it was written, and in between. */
  private static byte[] written() throws IOException {
    byte[] all = new byte[(int) (REQUESTS * STRIDE_BYTES)];
    try (Arena arena = Arena.ofConfined();
        FileChannel disk = FileChannel.open(slowDisk(), READ, DIRECT)) {
      // One request: the disk is slow.
      ByteBuffer bytes = arena.allocate(all.length, MatrixScene.PAGE_BYTES).asByteBuffer();
      disk.read(bytes, WRITTEN_BYTES);
      bytes.flip().get(all, 0, bytes.limit());
    }
    return all;
  }

  /** Counts what was read and is not in the file. */
  @Override
  public long countOrphaned(PatternFile file, char anew) throws IOException {
    if (!Files.exists(file.path())) {
      return (long) REQUESTS * SHARE_BYTES;
    }
    byte[] all = Files.readAllBytes(file.path());
    return new PatternFile(file.path(), anew).countOwn(all);
  }
}
