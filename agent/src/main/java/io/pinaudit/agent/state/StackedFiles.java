package io.pinaudit.agent.state;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the files whose device number of stat(2) is not that of the file which the kernel maps:
 * files of overlayfs, which maps a file of the file system below, and of the subvolumes of btrfs.
 *
 * <p>Safe for any thread.
 */
final class StackedFiles {
  private final Map<Long, Boolean> byDevice = new ConcurrentHashMap<>();

  /** Returns whether only /proc/self/maps tells the identity of a file's mapping. */
  boolean isStacked(FileState file) {
    // Only what has no block device of its own.
    if (!file.known() || file.deviceMajor() != 0) {
      return false;
    }
    Boolean known = byDevice.get(file.device());
    if (known == null) {
      known = !isOrdinary(file);
      byDevice.put(file.device(), known);
    }
    return known;
  }

  private static boolean isOrdinary(FileState file) {
    String device = " " + file.deviceMajor() + ":" + file.deviceMinor() + " ";
    try (BufferedReader lines =
        new BufferedReader(new FileReader("/proc/self/mountinfo", StandardCharsets.UTF_8))) {
      // 36 35 0:25 / /dev/shm rw,nosuid shared:4 - tmpfs tmpfs rw
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(device)) {
          return !line.contains(" - overlay ") && !line.contains(" - btrfs ");
        }
      }
    } catch (IOException e) {
      return false;
    }
    // A subvolume, or a file of overlayfs that keeps the number of the file system below.
    return false;
  }
}
