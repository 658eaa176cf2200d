package io.pinaudit.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The number of file systems that this process sees, and the number of those on which files may
 * have DAX.
 *
 * @param mounts the number of all file systems; 0 if the mounts could not be read
 * @param withDax the number of those with the DAX option, or on persistent memory
 */
public record MountTable(int mounts, int withDax) {
  /** Reads the mounts of this process; safe for any thread. */
  public static MountTable ofThisProcess() {
    try {
      // A mount point is any bytes: as Latin-1 none of them is malformed.
      return of(Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return new MountTable(0, 0);
    }
  }

  /**
   * Parses lines of mountinfo, proc_pid_mountinfo(5):
   *
   * <pre>36 35 259:0 / /mnt/dax rw,relatime shared:1 - ext4 /dev/pmem0 rw,dax=always</pre>
   */
  static MountTable of(List<String> lines) {
    int withDax = 0;
    for (String line : lines) {
      if (mayHaveDax(line)) {
        withDax++;
      }
    }
    return new MountTable(lines.size(), withDax);
  }

  private static boolean mayHaveDax(String line) {
    int dash = line.indexOf(" - ");
    String[] words = line.substring(dash < 0 ? line.length() : dash + 3).split(" ", -1);
    if (words.length < 2) {
      return false;
    }
    List<String> options = Arrays.asList((words.length > 2 ? words[2] : "").split(",", -1));
    return words[1].startsWith("/dev/pmem")
        || options.contains("dax")
        || options.contains("dax=always");
  }
}
