package io.pinaudit.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What the buffers of one tracing instance are emptied into. Used by one thread but for its
 * description.
 */
sealed interface TraceOutput extends AutoCloseable permits TextOutput, RawOutput {
  /** How long to wait where the kernel does not say when it is worth while. */
  long PAUSE_MILLIS = 20;

  /**
   * Tells what the buffers will hold. Any thread.
   *
   * @param events folders of the events that are enabled
   * @param symbols lines of /proc/kallsyms on the functions that are probed
   */
  void describe(List<Path> events, String symbols) throws IOException;

  /**
   * Copies what there is in the buffers.
   *
   * @param all whether to go on until they are empty, which they soon are once no event is enabled
   * @return about how many bytes there were
   */
  long copy(boolean all) throws IOException;

  /**
   * Waits, after a copy that gave little, until it is worth while to copy again: the recorder
   * shares the machine with its subject.
   */
  void await() throws IOException, InterruptedException;

  /** Makes the trace whole, once all was copied. */
  void complete() throws IOException;

  @Override
  void close() throws IOException;

  /**
   * Creates a file. The folder may belong to another user, so this never writes through a link that
   * stands there.
   */
  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Writes what was put into a buffer, and empties it. */
  static void write(ByteBuffer buffer, FileChannel file) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }
}
