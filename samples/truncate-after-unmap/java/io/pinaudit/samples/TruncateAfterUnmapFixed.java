package io.pinaudit.samples;

import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PinnedFile;
import java.io.IOException;

/**
 * The fixed twin of {@link TruncateAfterUnmap}: the pages are lent under a pin, which the reader of
 * the pipe closes, and the file is truncated through the allocator, which knows of it and keeps the
 * mapping as long.
 *
 * <p>With COPY the pipe has a copy in DRAM, and the truncate is done at once; with DEFER whoever
 * closes the pin does it; with WAIT the truncate waits for that.
 */
public final class TruncateAfterUnmapFixed {
  private static final int HOLD_MILLIS = 1000;

  private TruncateAfterUnmapFixed() {}

  /** Usage: {@code TruncateAfterUnmapFixed [--policy copy|defer|wait] [--pages N] DIR}. */
  public static void main(String[] args) {
    Sample.mainFixed("truncate-after-unmap-fixed", args, TruncateAfterUnmapFixed::run);
  }

  static String run(Options options, PinPolicy policy) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent-" + policy, 'A');
        PatternFile victim = options.file("victim-" + policy, 'V');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      lent.create(options.fileBytes());
      try (PinnedFile file = PinnedFile.open(lent.path(), options.pinnedBy(policy))) {
        Pin pin = pipe.lend(file, options.pinnedOffset(), options.pinnedBytes());
        try (LateReader reader = new LateReader(pipe, HOLD_MILLIS, pin::close)) {
          truncateFile(file);
          victim.create(options.fileBytes());
          return victim.ownershipOf(reader.read());
        }
      }
    }
  }

  private static void truncateFile(PinnedFile file) throws IOException {
    System.out.println(
        file.truncate(0)
            ? "truncated " + file + " to 0 bytes"
            : file + " is truncated when its pin is closed");
  }
}
