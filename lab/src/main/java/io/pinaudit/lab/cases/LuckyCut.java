package io.pinaudit.lab.cases;

import static java.nio.file.StandardOpenOption.READ;

import com.sun.nio.file.ExtendedOpenOption;
import io.pinaudit.samples.Extents;
import io.pinaudit.samples.PatternFile;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One thread reads a disk into a mapped file with direct I/O; another unmaps and cuts the file a
 * little later, and nothing orders the two. The read ends in time as long as the disk is idle. On a
 * busy disk it may end when another file has the blocks.
 *
 * <p>Arguments: a folder, the disk, and how many milliseconds later.
 */
public final class LuckyCut {
  // More than the 64 KiB of which ext4 takes the next blocks of a small file, and one request of
  // the disk.
  private static final int BYTES = 384 << 10;
  private static final int BLOCK_BYTES = 4096;

  /** The disk of the lab serves one request a second: after this time it serves one at once. */
  private static final int IDLE_MILLIS = 2500;

  private LuckyCut() {}

  /**
   * Prints whether the read was over, how long the cut took, and how many bytes of the other file
   * the disk overwrote.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (FileChannel disk =
            FileChannel.open(Path.of(arguments[1]), READ, ExtendedOpenOption.DIRECT);
        PatternFile buffers = new PatternFile(folder.resolve("buffers"), 'A');
        PatternFile victim = new PatternFile(folder.resolve("victim"), 'V')) {
      Extents blocks = buffers.create(BYTES);
      try (FileChannel channel = buffers.open()) {
        MappedByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, BYTES);
        // What is loaded and compiled now does not delay one of the two threads later.
        disk.read(mapped.slice(0, BLOCK_BYTES), 0);
        unmap(channel.map(MapMode.READ_WRITE, 0, BLOCK_BYTES));
        Thread.sleep(IDLE_MILLIS);
        CountDownLatch go = new CountDownLatch(1);
        Thread reader = new Thread(() -> read(disk, mapped, go), "reader");
        reader.start();
        go.countDown();
        Thread.sleep(Integer.parseInt(arguments[2]));
        unmap(mapped);
        long cutNanos = System.nanoTime();
        channel.truncate(0);
        cutNanos = System.nanoTime() - cutNanos;
        boolean over = !reader.isAlive();
        victim.createOnFreedBlocks(blocks);
        reader.join();
        System.out.println(over ? "cut after the read" : "cut during the read");
        System.out.println("the cut took " + TimeUnit.NANOSECONDS.toMillis(cutNanos) + " ms");
      }
      System.out.println("foreign bytes: " + victim.countForeignBytes());
    }
  }

  private static void read(FileChannel disk, MappedByteBuffer mapped, CountDownLatch go) {
    try {
      go.await();
      disk.read(mapped.duplicate(), 0);
    } catch (IOException e) {
      System.out.println("the read failed: " + e.getMessage()); // the memory was unmapped before
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void unmap(MappedByteBuffer mapped) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    type.getMethod("invokeCleaner", ByteBuffer.class).invoke(field.get(null), mapped);
  }
}
