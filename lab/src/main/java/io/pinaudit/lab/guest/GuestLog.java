package io.pinaudit.lab.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Copies the guest's console without its carriage returns, and looks for the line that says why the
 * guest failed.
 *
 * <p>Such a line is {@code [ 5.1] pinaudit-lab: error: mkfs of ext4 failed} (one of our stages) or
 * {@code [ 2.0] Kernel panic - not syncing: …}.
 */
final class GuestLog {
  private static final String STAGE_FAILURE = "pinaudit-lab: error: ";
  private static final String PANIC = "Kernel panic";
  private static final int LONGEST_LINE_CHARS = 4096;

  private final StringBuilder line = new StringBuilder();
  private volatile boolean silent = true;
  private volatile String failure;

  /** Copies to the end of the stream. */
  void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 12];
    int read;
    while ((read = in.read(buffer)) >= 0) {
      silent = false;
      out.write(buffer, 0, keep(buffer, read));
      out.flush();
    }
  }

  /** Removes carriage returns from the first bytes, in place; returns how many bytes are left. */
  private int keep(byte[] buffer, int length) {
    int kept = 0;
    for (int at = 0; at < length; at++) {
      if (buffer[at] != '\r') {
        buffer[kept++] = buffer[at];
        follow(buffer[at]);
      }
    }
    return kept;
  }

  private void follow(byte next) {
    if (next == '\n') {
      note(line.toString());
      line.setLength(0);
    } else if (line.length() < LONGEST_LINE_CHARS) {
      line.append((char) (next & 0xff));
    }
  }

  private void note(String text) {
    int stage = text.indexOf(STAGE_FAILURE);
    int panic = text.indexOf(PANIC);
    if (failure == null && (stage >= 0 || panic >= 0)) {
      String found =
          stage >= 0 ? text.substring(stage + STAGE_FAILURE.length()) : text.substring(panic);
      failure = new String(found.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
  }

  /**
   * Returns whether nothing has arrived yet: the guest has not run an instruction of its kernel.
   */
  boolean isSilent() {
    return silent;
  }

  /** Returns why the guest failed, in the words of the first line that says so. */
  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }
}
