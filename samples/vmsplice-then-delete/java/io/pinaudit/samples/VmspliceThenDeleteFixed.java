package io.pinaudit.samples;

import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PinnedFile;
import java.io.IOException;

/**
 * The fixed twin of {@link VmspliceThenDelete}: the pages are lent under a pin, which the reader of
 * the pipe closes, and the file is deleted through the allocator, which knows of it.
 *
 * <p>With COPY the pipe has a copy in DRAM, and the delete is done at once; with DEFER whoever
 * closes the pin does it; with WAIT the delete waits for that.
 */
public final class VmspliceThenDeleteFixed {
  private static final int HOLD_MILLIS = 1000;

  private VmspliceThenDeleteFixed() {}

  /** Usage: {@code VmspliceThenDeleteFixed [--policy copy|defer|wait] [--pages N] DIR}. */
  public static void main(String[] args) {
    Sample.mainFixed("vmsplice-then-delete-fixed", args, VmspliceThenDeleteFixed::run);
  }

  static String run(Options options, PinPolicy policy) throws IOException, InterruptedException {
    try (PatternFile lent = options.file("lent-" + policy, 'A');
        PatternFile victim = options.file("victim-" + policy, 'V');
        Pipe pipe = Pipe.withRoomFor(options.pinnedBytes())) {
      lent.create(options.fileBytes());
      PinnedFile file = PinnedFile.open(lent.path(), options.pinnedBy(policy));
      Pin pin = pipe.lend(file, options.pinnedOffset(), options.pinnedBytes());
      try (LateReader reader = new LateReader(pipe, HOLD_MILLIS, pin::close)) {
        deleteFile(file);
        victim.create(options.fileBytes());
        return victim.ownershipOf(reader.read());
      }
    }
  }

  /** Deletes and closes the file. The close is its last, and honours the pin as the delete does. */
  private static void deleteFile(PinnedFile file) throws IOException {
    System.out.println(
        file.delete() ? "deleted " + file : file + " is deleted when its pin is closed");
    file.close();
  }
}
