package io.pinaudit.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** The text of {@code trace_pipe} in one file. */
final class TextOutput implements TraceOutput {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long LOOK_NANOS = 1_000_000_000;

  private final TracePipe pipe;
  private final FileChannel file;
  private final KeptText kept;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private long lookNanos = System.nanoTime();

  private TextOutput(TracePipe pipe, FileChannel file, KeptText kept) {
    this.pipe = pipe;
    this.file = file;
    this.kept = kept;
  }

  static TextOutput open(TraceInstance instance, Path file, Retention retention)
      throws IOException {
    TracePipe pipe = TracePipe.open(instance.pipe());
    try {
      return new TextOutput(pipe, TraceOutput.create(file), new KeptText(file, retention));
    } catch (IOException e) {
      pipe.close();
      throw e;
    }
  }

  @Override
  public void describe(List<Path> events, String symbols) {
    // The text names events and functions itself.
  }

  @Override
  public long copy(boolean all) throws IOException {
    long nowNanos = System.nanoTime();
    if (nowNanos - lookNanos > LOOK_NANOS) {
      lookNanos = nowNanos;
      kept.look(nowNanos);
    }
    long copied = 0;
    while (fill()) {
      copied += buffer.position();
      TraceOutput.write(buffer, file);
      if (!all) {
        return copied;
      }
    }
    return copied;
  }

  /** Fills the buffer; the kernel gives one page of text at a time. */
  private boolean fill() throws IOException {
    while (buffer.remaining() > 0 && pipe.read(buffer)) {}
    return buffer.position() > 0;
  }

  @Override
  public void await() throws InterruptedException {
    Thread.sleep(PAUSE_MILLIS);
  }

  @Override
  public void complete() throws IOException {
    kept.complete();
  }

  @Override
  public void close() throws IOException {
    try (pipe) {
      file.close();
    }
  }
}
