package io.pinaudit.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One tracing instance and the thread that copies its text into a file, until the recorder's last
 * mark: that is the newest event and so comes last.
 *
 * <p>Once a buffer is half full the thread goes before the audited ones: where they leave it no
 * processor, they are to be slowed down rather than their events lost.
 */
final class TraceCopier implements AutoCloseable {
  private static final long DRAIN_MILLIS = 60_000;
  private static final long CLOSE_MILLIS = 2_000;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int LITTLE_BYTES = 2048;
  private static final long LOOK_NANOS = 500_000_000;
  private static final int HALF = 50;
  private static final int HURRIED = -15;

  private final TraceInstance instance;
  private final Path file;
  private final Thread thread;
  private volatile boolean finished;
  private OutputStream out;

  TraceCopier(TraceInstance instance, Path file) {
    this.instance = instance;
    this.file = file;
    this.thread =
        Thread.ofPlatform().daemon().name("pinaudit-" + file.getFileName()).unstarted(this::copy);
  }

  TraceInstance instance() {
    return instance;
  }

  /** Writes the first mark and begins to copy. */
  void start() throws IOException {
    // The folder may be another user's: never write through a link that stands there.
    out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    instance.mark(KernelTracer.START_MARK);
    thread.start();
  }

  /** Writes the last mark and waits until it was copied. */
  void finish() throws IOException, InterruptedException {
    instance.mark(KernelTracer.END_MARK);
    thread.join(DRAIN_MILLIS);
  }

  /** Whether everything up to the last mark was copied. */
  boolean finished() {
    return finished && !thread.isAlive();
  }

  private void copy() {
    long lookNanos = System.nanoTime();
    byte[] buffer = new byte[BUFFER_BYTES];
    // A stream of Files could not be interrupted.
    try (InputStream in = Channels.newInputStream(FileChannel.open(instance.pipe()));
        OutputStream trace = out) {
      String tail = "";
      while (!tail.contains(KernelTracer.END_MARK)) {
        int read = in.read(buffer);
        if (read < 0) {
          return;
        }
        trace.write(buffer, 0, read);
        tail = lastChars(tail, buffer, read);
        pauseUnlessBusy(read);
        if (System.nanoTime() - lookNanos > LOOK_NANOS) {
          lookNanos = System.nanoTime();
          Posix.setNiceness(instance.fillPercent() > HALF ? HURRIED : 0);
        }
      }
    } catch (IOException | InterruptedException e) {
      // What was copied stays; that the end is missing is seen by finished().
      return;
    }
    finished = true;
  }

  private static String lastChars(String tail, byte[] buffer, int read) {
    int keep = Math.min(read, 2 * KernelTracer.END_MARK.length());
    String joined = tail + new String(buffer, read - keep, keep, StandardCharsets.ISO_8859_1);
    return joined.substring(Math.max(0, joined.length() - 2 * KernelTracer.END_MARK.length()));
  }

  /**
   * A pipe that gives little is asked less often: the recorder shares the machine with its subject.
   */
  private static void pauseUnlessBusy(int read) throws InterruptedException {
    if (read < LITTLE_BYTES) {
      Thread.sleep(20);
    }
  }

  /** Ends the copying, then removes the instance, which cannot go while it is being read. */
  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    instance.close();
  }
}
