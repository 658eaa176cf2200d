package io.pinaudit.record;

import java.io.File;
import java.nio.file.Path;

/**
 * How much room there is on the disk of a run. The recorders stop before it is full: a JVM whose
 * flight recorder cannot write ends at once, and the description of the run has to be written.
 */
public final class Room {
  private static final long FOR_JVM_BYTES = 64L << 20;
  private static final int FOR_JVM_PART = 8;
  private static final long FOR_RUN_BYTES = 16L << 20;
  private static final int FOR_RUN_PART = 32;

  private Room() {}

  /** Returns whether there is too little room in a folder for a JVM that records into it. */
  public static boolean isShortForJvm(Path folder) {
    return isShort(folder, FOR_JVM_BYTES, FOR_JVM_PART);
  }

  /** Returns whether there is too little room in a folder to go on recording the kernel. */
  static boolean isShortForKernel(Path folder) {
    return isShort(folder, FOR_RUN_BYTES, FOR_RUN_PART);
  }

  private static boolean isShort(Path folder, long bytes, int part) {
    File place = folder.toFile();
    long total = place.getTotalSpace(); // 0 if it is not known
    return total > 0 && place.getUsableSpace() < Math.min(bytes, total / part);
  }
}
