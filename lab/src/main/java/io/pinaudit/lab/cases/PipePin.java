package io.pinaudit.lab.cases;

import io.pinaudit.samples.PatternFile;
import io.pinaudit.samples.Pipe;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A pin by a pipe, which holds the pages until they are read from it. */
final class PipePin implements MatrixPin {
  private final Pipe pipe;
  private byte[] received = {};

  private PipePin(Pipe pipe) {
    this.pipe = pipe;
  }

  private static Pipe emptyPipe() throws IOException {
    return Pipe.withRoomFor(MatrixScene.PINNED_BYTES);
  }

  static PipePin lent(MemorySegment pages) throws IOException {
    Pipe pipe = emptyPipe();
    pipe.lend(pages);
    return new PipePin(pipe);
  }

  static PipePin lentByVirtualThread(MemorySegment pages) throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.submit(() -> lent(pages)).get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /**
   * Lends the pages to a pipe, tees them to another, and reads the first: the second still holds
   * the reference.
   */
  static PipePin teed(MemorySegment pages) throws IOException {
    Pipe copy = emptyPipe();
    try (Pipe original = emptyPipe()) {
      original.lend(pages);
      original.tee(copy);
      original.drain();
    }
    return new PipePin(copy);
  }

  /** Lends the pages to a pipe, moves them to another, and closes the first. */
  static PipePin spliced(MemorySegment pages) throws IOException {
    Pipe target = emptyPipe();
    try (Pipe first = emptyPipe()) {
      first.lend(pages);
      first.splice(target);
    }
    return new PipePin(target);
  }

  /** Writes a copy into the pipe, which pins nothing. */
  static PipePin written(MemorySegment pages) throws IOException {
    Pipe pipe = emptyPipe();
    pipe.write(pages);
    return new PipePin(pipe);
  }

  @Override
  public void drop() throws IOException {
    received = pipe.drain();
    pipe.close();
  }

  @Override
  public void wakeWaiters() {}

  @Override
  public boolean endsByItself() {
    return false;
  }

  @Override
  public long countForeign(PatternFile victim) {
    return victim.countOwn(received);
  }

  @Override
  public long countOrphaned(PatternFile file, char anew) {
    return file.countOwn(received);
  }
}
