package io.pinaudit.samples;

import static com.sun.nio.file.ExtendedOpenOption.DIRECT;
import static java.nio.file.StandardOpenOption.READ;

import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinOptions;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PinnedFile;
import io.pinaudit.allocator.Transfer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The fixed twin of {@link DmaIntoTruncated}: each read has a pin on its buffer until it completes,
 * and the file is truncated through the allocator, which knows of them.
 *
 * <p>With COPY the disk writes into DRAM, and the truncate is done at once; with DEFER the read
 * that ends last does it; with WAIT the truncate waits for that.
 */
public final class DmaIntoTruncatedFixed {
  private DmaIntoTruncatedFixed() {}

  /** Usage: {@code DmaIntoTruncatedFixed [--policy copy|defer|wait] [--disk DEVICE] DIR}. */
  public static void main(String[] args) {
    Sample.mainFixed("dma-into-truncated-fixed", args, DmaIntoTruncatedFixed::run);
  }

  static String run(Options options, PinPolicy policy) throws IOException, InterruptedException {
    int fileBytes = DmaIntoTruncated.READS * DmaIntoTruncated.READ_BYTES;
    try (PatternFile buffers = options.file("buffers-" + policy, 'A');
        PatternFile victim = options.file("victim-" + policy, 'V')) {
      buffers.create(fileBytes);
      try (PinnedFile file = PinnedFile.open(buffers.path(), options.pinnedBy(policy));
          FileChannel disk = FileChannel.open(options.requiredDisk(), READ, DIRECT);
          ExecutorService readers = Executors.newFixedThreadPool(DmaIntoTruncated.READS)) {
        List<Future<?>> reads = startReads(disk, file, readers);
        truncateFile(file);
        victim.create(fileBytes);
        System.out.println(
            DmaIntoTruncated.inFlight(reads)
                + " of "
                + reads.size()
                + " reads are still in flight");
        DmaIntoTruncated.awaitReads(reads);
      }
      return victim.countForeignBytes()
          + " bytes of "
          + victim.path()
          + " were overwritten by the disk";
    }
  }

  /** Returns when all reads are on their way to the disk. */
  private static List<Future<?>> startReads(
      FileChannel disk, PinnedFile file, ExecutorService readers)
      throws IOException, InterruptedException {
    List<Future<?>> reads = new ArrayList<>();
    CountDownLatch started = new CountDownLatch(DmaIntoTruncated.READS);
    for (int i = 0; i < DmaIntoTruncated.READS; i++) {
      long offset = (long) i * DmaIntoTruncated.READ_BYTES;
      Pin pin =
          file.pin(
              PinOptions.named("disk read")
                  .range(offset, DmaIntoTruncated.READ_BYTES)
                  .transfer(Transfer.IN));
      reads.add(
          readers.submit(
              () -> {
                try (pin) {
                  started.countDown();
                  return DmaIntoTruncated.readFromDisk(disk, pin.buffer(), offset);
                }
              }));
    }
    started.await();
    Thread.sleep(DmaIntoTruncated.HEAD_START_MILLIS);
    return reads;
  }

  private static void truncateFile(PinnedFile file) throws IOException {
    System.out.println(
        file.truncate(0)
            ? "truncated " + file + " to 0 bytes"
            : file + " is truncated when its last pin is closed");
  }
}
