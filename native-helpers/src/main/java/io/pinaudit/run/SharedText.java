package io.pinaudit.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Appends to texts of a run directory to which several processes append. Safe for any thread. */
public final class SharedText {
  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          LinkOption.NOFOLLOW_LINKS);

  private SharedText() {}

  /**
   * Appends lines, in one write. The folder may belong to another user, so this never writes
   * through a link.
   *
   * @param lines with their line ends
   */
  public static void append(Path file, String lines) throws IOException {
    try (FileChannel out = FileChannel.open(file, OPTIONS)) {
      out.write(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
