package io.pinaudit.record;

import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the paths of the inodes of DAX file systems, so that a report can name a file by its path.
 */
public final class FileNames {
  private static final int MOST = 100_000;

  private FileNames() {}

  /** Returns inode and path of the regular files below the DAX mounts, at most 100,000 of them. */
  public static List<RunDescription.FileName> of(List<Mount> mounts) {
    List<RunDescription.FileName> names = new ArrayList<>();
    mounts.stream().filter(Mount::dax).forEach(mount -> collect(mount, names));
    return names;
  }

  private static void collect(Mount mount, List<RunDescription.FileName> names) {
    try {
      Path root = Path.of(mount.mountPoint());
      Files.walkFileTree(root, new Collector(mount, names, device(root)));
    } catch (IOException | InvalidPathException e) {
      // A file system went away while it was walked: the names collected so far are still true.
      return;
    }
  }

  private static Object device(Path directory) throws IOException {
    return Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final Mount mount;
    private final List<RunDescription.FileName> names;
    private final Object device;

    Collector(Mount mount, List<RunDescription.FileName> names, Object device) {
      this.mount = mount;
      this.names = names;
      this.device = device;
    }

    /**
     * Skips a directory on which another file system is mounted, whose inodes may have the same
     * numbers.
     */
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      return device(directory).equals(device)
          ? FileVisitResult.CONTINUE
          : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        long inode = (Long) Files.getAttribute(file, "unix:ino");
        names.add(new RunDescription.FileName(mount.number(), inode, file.toString()));
      }
      return names.size() < MOST ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
