package io.pinaudit.record;

import io.pinaudit.linux.LinuxFile;
import io.pinaudit.run.KeptPart;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps the last part of a text that a recorder, or another program, still writes: gives the room
 * of what is too old back to the file system. The file then begins with a hole until it is
 * complete. Confined to one thread.
 */
final class KeptText {
  private final Path file;
  private final KeptPages kept;

  KeptText(Path file, Retention retention) {
    this.file = file;
    this.kept = new KeptPages(retention, 1);
  }

  /** Drops what is too old; call this about once a second. */
  void look(long nowNanos) throws IOException {
    long before = kept.dropped(0);
    kept.flushed(nowNanos, new long[] {Files.size(file)});
    if (kept.dropped(0) > before) {
      try (LinuxFile text = LinuxFile.openNoLink(file)) {
        text.punch(before, kept.dropped(0) - before);
      }
    }
  }

  /** Makes the text one without a hole, which begins with a whole line. */
  void complete() throws IOException {
    if (kept.dropped(0) == 0) {
      return;
    }
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel in = FileChannel.open(file);
        FileChannel out = TraceOutput.create(whole)) {
      long size = in.size();
      for (long at = KeptPart.afterNewline(in, kept.dropped(0)); at < size; ) {
        at += in.transferTo(at, size - at, out);
      }
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
