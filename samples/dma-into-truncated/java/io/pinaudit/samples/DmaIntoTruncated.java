package io.pinaudit.samples;

import static com.sun.nio.file.ExtendedOpenOption.DIRECT;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads from a slow disk with direct I/O into a mapped file, six threads at once; unmaps and
 * truncates the file before the disk is done.
 *
 * <p>On a DAX file system the disk's DMA goes to the blocks themselves. Until Linux 6.15 the
 * truncate frees them all the same, and the disk overwrites whatever file has them next; every read
 * reports success.
 */
public final class DmaIntoTruncated {
  static final int READS = 6;
  static final int READ_BYTES = 64 << 10;
  // From the threads' start: enough for six system calls to reach the disk, of which a disk of one
  // read a second completes one or two.
  static final int HEAD_START_MILLIS = 800;

  private DmaIntoTruncated() {}

  /**
   * Usage: {@code DmaIntoTruncated [--safe] [--disk DEVICE] DIR}; without --disk the device is that
   * of PINAUDIT_SLOW_DISK.
   */
  public static void main(String[] args) {
    Sample.main("dma-into-truncated", args, DmaIntoTruncated::run);
  }

  static String run(Options options) throws IOException, InterruptedException {
    try (PatternFile buffers = options.file("buffers", 'A');
        PatternFile victim = options.file("victim", 'V')) {
      Extents blocks = buffers.create(READS * READ_BYTES);
      try (FileChannel channel = buffers.open();
          FileChannel disk = FileChannel.open(options.requiredDisk(), READ, DIRECT);
          ExecutorService readers = Executors.newFixedThreadPool(READS)) {
        Arena arena = Arena.ofShared();
        MemorySegment mapping = channel.map(MapMode.READ_WRITE, 0, READS * READ_BYTES, arena);
        CountDownLatch started = new CountDownLatch(READS);
        List<Future<?>> reads = startReads(disk, mapping, readers, started);
        started.await();
        if (options.safe()) {
          awaitReads(reads);
        } else {
          Thread.sleep(HEAD_START_MILLIS);
        }
        unmapBuffers(arena, reads);
        truncateFile(channel);
        victim.createOnFreedBlocks(blocks);
        System.out.println(inFlight(reads) + " of " + READS + " reads are still in flight");
        awaitReads(reads);
      }
      return victim.countForeignBytes()
          + " bytes of "
          + victim.path()
          + " were overwritten by the disk";
    }
  }

  private static List<Future<?>> startReads(
      FileChannel disk, MemorySegment mapping, ExecutorService readers, CountDownLatch started) {
    List<Future<?>> reads = new ArrayList<>();
    for (int i = 0; i < READS; i++) {
      long offset = (long) i * READ_BYTES;
      ByteBuffer target = bufferAt(mapping.address() + offset);
      reads.add(
          readers.submit(
              () -> {
                started.countDown();
                return readFromDisk(disk, target, offset);
              }));
    }
    return reads;
  }

  /**
   * Returns the buffer at an address, as a pool makes it that keeps addresses and no segments.
   *
   * <p>The buffer no longer belongs to the arena: a slice of the mapping would, and Arena.close
   * would refuse while a channel reads into it.
   */
  @SuppressWarnings("restricted")
  private static ByteBuffer bufferAt(long address) {
    return MemorySegment.ofAddress(address).reinterpret(READ_BYTES).asByteBuffer();
  }

  static int readFromDisk(FileChannel disk, ByteBuffer target, long position) throws IOException {
    int readBytes = disk.read(target, position);
    if (readBytes < READ_BYTES) {
      throw new IOException(readBytes + " of " + READ_BYTES + " bytes at position " + position);
    }
    return readBytes;
  }

  private static void unmapBuffers(Arena arena, List<Future<?>> reads) {
    arena.close();
    System.out.println(
        "unmapped the buffers; " + inFlight(reads) + " of " + READS + " reads are in flight");
  }

  private static void truncateFile(FileChannel channel) throws IOException {
    channel.truncate(0);
    System.out.println("truncated the file to 0 bytes");
  }

  static long inFlight(List<Future<?>> reads) {
    return reads.stream().filter(read -> !read.isDone()).count();
  }

  static void awaitReads(List<Future<?>> reads) throws IOException, InterruptedException {
    try {
      for (Future<?> read : reads) {
        read.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a read from the disk failed: " + e.getCause(), e);
    }
  }
}
