package io.pinaudit.samples.real;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An arena closes while an {@link AsynchronousFileChannel} still has its memory as the buffer of a
 * read that waits for a thread. Closing should fail, as it does while a thread is in the read; but
 * JDKs without JDK-8357847 hold the arena only from then on, and such a read never ends. With
 * {@code --fixed} the arena closes after the read.
 */
public final class AsyncRead {
  private static final int BYTES = 65_536;

  private AsyncRead() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Folder folder = Folder.of(args);
    Path file = Files.write(folder.file("data"), new byte[BYTES]);
    CountDownLatch busy = new CountDownLatch(folder.fixed() ? 0 : 1);
    try (ExecutorService pool = Executors.newSingleThreadExecutor();
        AsynchronousFileChannel channel =
            AsynchronousFileChannel.open(file, Set.of(StandardOpenOption.READ), pool)) {
      pool.execute(() -> await(busy));
      Future<Integer> read;
      try (Arena arena = Arena.ofShared()) {
        read = channel.read(arena.allocate(BYTES).asByteBuffer(), 0);
        if (folder.fixed()) {
          System.out.println("truth: " + outcome(read));
        }
      }
      busy.countDown();
      if (!folder.fixed()) {
        System.out.println("truth: the arena closed under the read; " + outcome(read));
      }
    }
  }

  private static void await(CountDownLatch busy) {
    try {
      busy.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String outcome(Future<Integer> read) throws InterruptedException {
    try {
      return "the read had " + read.get(1, TimeUnit.SECONDS) + " bytes";
    } catch (TimeoutException e) {
      return "the read never ends";
    } catch (ExecutionException e) {
      return "the read failed: " + e.getCause().getMessage();
    }
  }
}
