package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.Kernel;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the kernel whether pipes are empty.
 *
 * <p>Safe for any thread. A pipe of which this process has no descriptor any more counts as empty;
 * one that the kernel cannot be asked about (JDK 17) does not.
 */
public final class Pipes {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Kernel kernel;
  // By inode of the pipe: one of its descriptors.
  private final Map<Long, Integer> descriptors = new ConcurrentHashMap<>();

  Pipes(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Returns whether nothing is in a pipe. */
  public boolean isEmpty(long inode) {
    Integer known = descriptors.get(inode);
    int descriptor = known != null && isOf(known, inode) ? known : find(inode);
    if (descriptor < 0) {
      descriptors.remove(inode);
      return true;
    }
    descriptors.put(inode, descriptor);
    return kernel.readableBytes(descriptor) == 0;
  }

  private static boolean isOf(int descriptor, long inode) {
    return isPipe(DESCRIPTORS.resolve(Integer.toString(descriptor)), inode);
  }

  private static boolean isPipe(Path link, long inode) {
    try {
      return Files.readSymbolicLink(link).toString().equals("pipe:[" + inode + "]");
    } catch (IOException e) {
      // Closed meanwhile.
      return false;
    }
  }

  private static int find(long inode) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path link : all) {
        if (isPipe(link, inode)) {
          return Integer.parseInt(link.getFileName().toString());
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
