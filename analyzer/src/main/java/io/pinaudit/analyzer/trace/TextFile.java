package io.pinaudit.analyzer.trace;

import io.pinaudit.run.KeptPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The lines of a text file, decoded as Latin-1, so that every input can be decoded. A line that is
 * longer than any real one is cut, so that memory is bounded whatever the file holds.
 */
public final class TextFile implements LineSource {
  private static final int LONGEST_LINE_BYTES = 1 << 16;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final String name;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final byte[] line = new byte[LONGEST_LINE_BYTES];
  private final Horizon horizon;
  private int at;
  private int filled;
  private int begun; // bytes of a line whose end is not written yet
  private long lineNumber;

  /** Opens a file; a UTF-8 byte order mark at its beginning is skipped. */
  public TextFile(Path file) throws IOException {
    this(file, Horizon.ofWhole());
  }

  /**
   * Opens a file that may still be written to. {@link #next} returns null after the last line that
   * is whole, and goes on once there is more.
   *
   * @param horizon tells whether the file is whole
   */
  public TextFile(Path file, Horizon horizon) throws IOException {
    this(file.getFileName().toString(), open(file), horizon);
  }

  private static InputStream open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    return Channels.newInputStream(channel.position(KeptPart.begin(channel)));
  }

  TextFile(String name, InputStream stream) throws IOException {
    this(name, stream, Horizon.ofWhole());
  }

  private TextFile(String name, InputStream stream, Horizon horizon) throws IOException {
    this.name = name;
    this.horizon = horizon;
    PushbackInputStream pushback = new PushbackInputStream(stream, UTF8_MARK.length);
    byte[] head = pushback.readNBytes(UTF8_MARK.length);
    if (!java.util.Arrays.equals(head, UTF8_MARK)) {
      pushback.unread(head);
    }
    this.in = pushback;
  }

  @Override
  public String next() throws IOException {
    int length = begun;
    boolean any = begun > 0;
    boolean whole = false;
    begun = 0;
    while (fill()) {
      any = true;
      int end = at;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int kept = Math.min(end - at, LONGEST_LINE_BYTES - length);
      System.arraycopy(buffer, at, line, length, kept);
      length += kept;
      at = end;
      if (end < filled) {
        at++;
        whole = true;
        break;
      }
    }
    if (!whole && !horizon.isOver()) {
      begun = length;
      return null;
    }
    if (!any) {
      return null;
    }
    lineNumber++;
    int visible = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return new String(line, 0, visible, StandardCharsets.ISO_8859_1);
  }

  private boolean fill() throws IOException {
    if (at == filled) {
      at = 0;
      filled = Math.max(0, in.read(buffer));
    }
    return at < filled;
  }

  @Override
  public Source source() {
    return new Source(name, lineNumber);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
