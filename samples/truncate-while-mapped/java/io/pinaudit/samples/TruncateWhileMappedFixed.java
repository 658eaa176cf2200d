package io.pinaudit.samples;

import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PinnedFile;
import java.io.IOException;

/**
 * The fixed twin of {@link TruncateWhileMapped}: the truncate asks the allocator, so that no thread
 * waits in the kernel with the inode locked.
 *
 * <p>With COPY and DEFER it returns at once; with WAIT it waits in the program, where it has a
 * deadline and can name who holds the pin, and where nobody else is kept from the file.
 */
public final class TruncateWhileMappedFixed {
  private TruncateWhileMappedFixed() {}

  /**
   * Usage: {@code TruncateWhileMappedFixed [--policy copy|defer|wait] [--pages N] [--hold-millis N]
   * DIR}.
   */
  public static void main(String[] args) {
    Sample.mainFixed("truncate-while-mapped-fixed", args, TruncateWhileMappedFixed::run);
  }

  static String run(Options options, PinPolicy policy) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent-" + policy, 'A');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      lent.create(options.fileBytes());
      try (PinnedFile file = PinnedFile.open(lent.path(), options.pinnedBy(policy))) {
        Pin pin = pipe.lend(file, options.pinnedOffset(), options.pinnedBytes());
        try (LateReader reader = new LateReader(pipe, options.holdMillis(), pin::close)) {
          String truth = TruncateWhileMapped.truth(truncateFile(file));
          reader.read();
          return truth;
        }
      }
    }
  }

  /** Truncates the file; returns how long that took. */
  private static long truncateFile(PinnedFile file) throws IOException {
    long startNanos = System.nanoTime();
    boolean done = file.truncate(0);
    long waitedNanos = System.nanoTime() - startNanos;
    System.out.println(
        done ? "truncated " + file + " to 0 bytes" : file + " is truncated when its pin is closed");
    return waitedNanos;
  }
}
