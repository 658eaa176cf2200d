package io.pinaudit.record;

import io.pinaudit.linux.PagePipe;
import io.pinaudit.linux.Posix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A consuming file of tracefs, {@code trace_pipe} or {@code trace_pipe_raw}, that is read without
 * waiting: the JDK cannot open files so. One thread.
 */
final class TracePipe implements AutoCloseable {
  private final Path path;
  private final int descriptor;

  private TracePipe(Path path, int descriptor) {
    this.path = path;
    this.descriptor = descriptor;
  }

  static TracePipe open(Path path) throws IOException {
    return new TracePipe(path, Posix.openWithoutWaiting(path));
  }

  /**
   * Reads once into the rest of a direct buffer.
   *
   * @return whether there was anything
   */
  boolean read(ByteBuffer buffer) throws IOException {
    int count = Posix.read(descriptor, buffer.slice(), path);
    buffer.position(buffer.position() + count);
    return count > 0;
  }

  /**
   * Fills a pipe with pages of {@code trace_pipe_raw} to which the kernel adds nothing any more.
   *
   * @return how many bytes there were
   */
  int fill(PagePipe pages) throws IOException {
    return pages.fill(descriptor);
  }

  /**
   * Waits until one of some pipes is as full as its instance asks for, or, on kernels before Linux
   * 6.1, has anything.
   *
   * @param millis how long at most
   * @return whether one is
   */
  static boolean await(List<TracePipe> pipes, int millis) throws IOException {
    return Posix.awaitReadable(pipes.stream().map(pipe -> pipe.descriptor).toList(), millis);
  }

  @Override
  public void close() {
    Posix.close(descriptor);
  }
}
