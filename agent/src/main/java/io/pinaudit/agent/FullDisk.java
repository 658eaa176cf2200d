package io.pinaudit.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Stops the recordings of this JVM before the disk of the run directory is full: a JVM whose
 * recorder cannot write ends at once, and the application with it.
 */
final class FullDisk {
  private static final long LEAST_BYTES = 64L << 20;
  private static final int LEAST_PART = 8;

  /** Folder of JFR's repository beside that of the heartbeats. */
  static final String REPOSITORY = "jfr";

  private FullDisk() {}

  /** Returns whether there is so little room in a folder that recordings have to stop. */
  static boolean isNear(Path folder) {
    File place = folder.toFile();
    long total = place.getTotalSpace(); // 0 if it is not known
    return total > 0 && place.getUsableSpace() < Math.min(LEAST_BYTES, total / LEAST_PART);
  }

  /** Returns the recordings that are written to the disk now. */
  static List<Recording> running() {
    List<Recording> running = new ArrayList<>();
    for (Recording one : FlightRecorder.getFlightRecorder().getRecordings()) {
      if (one.getState() == RecordingState.RUNNING && one.isToDisk()) {
        running.add(one);
      }
    }
    return running;
  }

  /**
   * Stops recordings. What they hold is copied to where they were to be written, if there is room
   * for a copy; otherwise it is kept under further names in the run directory, which takes none.
   *
   * @param heartbeats a folder of the run directory
   */
  static void stop(List<Recording> recordings, Path heartbeats) throws IOException {
    boolean linked = false;
    for (Recording one : recordings) {
      linked |= stop(one, heartbeats.toFile().getUsableSpace() / 2);
    }
    if (linked) {
      keepChunks(heartbeats.toAbsolutePath().getParent());
    }
  }

  /** Stops a recording, and returns whether it was too large for a copy. */
  private static boolean stop(Recording one, long roomBytes) throws IOException {
    boolean large = one.getSize() > roomBytes;
    try {
      if (large) {
        one.setDumpOnExit(false);
        one.setDestination(null);
      }
      one.stop();
    } catch (IllegalStateException e) {
      // The program has just stopped it.
      return large;
    }
    return large;
  }

  /** The JVM deletes its chunks when it ends. */
  private static void keepChunks(Path run) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    try (Stream<Path> files = Files.walk(run.resolve(REPOSITORY), 2)) {
      for (Path chunk : (Iterable<Path>) files::iterator) {
        String folder = chunk.getParent().getFileName().toString();
        if (chunk.toString().endsWith(".jfr") && folder.endsWith("_" + pid)) {
          Files.createLink(run.resolve("full-" + pid + "-" + chunk.getFileName()), chunk);
        }
      }
    }
  }
}
