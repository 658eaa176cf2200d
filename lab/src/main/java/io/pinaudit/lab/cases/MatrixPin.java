package io.pinaudit.lab.cases;

import io.pinaudit.samples.PatternFile;
import java.io.IOException;

/** A pin on the pages of a scene. */
sealed interface MatrixPin permits PipePin, DiskPin {
  /** Pins the scene's pages in the way that the table names. */
  static MatrixPin take(String kind, MatrixScene scene) throws IOException, InterruptedException {
    return switch (kind) {
      case "vmsplice" -> PipePin.lent(scene.pinned);
      case "vmsplice-virtual" -> PipePin.lentByVirtualThread(scene.pinned);
      case "tee" -> PipePin.teed(scene.pinned);
      case "splice" -> PipePin.spliced(scene.pinned);
      case "write" -> PipePin.written(scene.pinned);
      case "FileChannel.read" -> DiskPin.reading(scene.pinned);
      case "FileChannel.scatter" -> DiskPin.scattering(scene.pinned);
      case "FileChannel.write" -> DiskPin.writing(scene.pinned);
      case "ffm-pread" -> DiskPin.calling(scene.pinned);
      case "io_uring" -> DiskPin.queueing(scene.pinned);
      default -> throw new IllegalArgumentException("no such pin: " + kind);
    };
  }

  /** Ends the pin, or waits until the device does. */
  void drop() throws IOException, InterruptedException;

  /**
   * Takes another pin and drops it at once, which wakes a free that still waits: Linux 6.1 drops
   * the pins of direct I/O without waking the waiters.
   */
  void wakeWaiters() throws IOException;

  /** Returns whether a device ends the pin. */
  boolean endsByItself();

  /**
   * Returns how many bytes of another file went through the pin, or were overwritten through it.
   */
  long countForeign(PatternFile victim) throws IOException;

  /** Returns how many bytes only the pin has, after the file was rewritten with another letter. */
  long countOrphaned(PatternFile file, char anew) throws IOException;
}
