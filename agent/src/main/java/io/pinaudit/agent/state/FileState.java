package io.pinaudit.agent.state;

import io.pinaudit.events.FileEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** The state of a file at one moment, as stat(2) gives it, and the path of the file. */
public record FileState(long device, long inode, int links, long sizeBytes, int mode, String path) {
  private static final long NONE = -1;

  /** The state of a file of which nothing is known, not even whether it exists. */
  public static final FileState UNKNOWN = new FileState(NONE, 0, -1, NONE, 0, null);

  private static final int TYPE_MASK = 0170000; // S_IFMT, sys/stat.h
  private static final int REGULAR = 0100000; // S_IFREG
  private static final int BLOCK_DEVICE = 0060000; // S_IFBLK
  private static final int DIRECTORY = 0040000; // S_IFDIR
  private static final int AT_FDCWD = -100; // fcntl.h
  private static final String DELETED = " (deleted)";
  private static final LinkOption[] FOLLOW = {};
  private static final LinkOption[] NO_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

  // By hand, as in Mapping, of which it is a part.
  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof FileState that
            && isSameFile(that)
            && links == that.links
            && sizeBytes == that.sizeBytes
            && mode == that.mode
            && Objects.equals(path, that.path);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(inode);
  }

  /** Returns the file that a descriptor stands for, whether the file still has a name or not. */
  public static FileState ofDescriptor(int descriptor) {
    Path link = descriptorPath(descriptor);
    FileState file = read(link, FOLLOW, target(link));
    return file.isDeletedName() ? file.withoutDeleted() : file;
  }

  /** Returns whether the kernel has marked the path as one that no longer leads to the file. */
  private boolean isDeletedName() {
    return path != null && path.endsWith(DELETED) && !isSameFile(read(Path.of(path), FOLLOW, path));
  }

  private FileState withoutDeleted() {
    String name = path.substring(0, path.length() - DELETED.length());
    return new FileState(device, inode, links, sizeBytes, mode, name);
  }

  /** Returns the state of the same file after its size was raised to at least {@code bytes}. */
  public FileState atLeast(long bytes) {
    return known() && sizeBytes < bytes
        ? new FileState(device, inode, links, bytes, mode, path)
        : this;
  }

  /**
   * Returns the state of the same file now if its name still leads to it; otherwise the size is
   * unknown.
   */
  public FileState now() {
    FileState named = path == null ? UNKNOWN : following(Path.of(path));
    return named.isSameFile(this) ? named : new FileState(device, inode, -1, NONE, mode, path);
  }

  /** Returns whether both are the same inode. */
  public boolean isSameFile(FileState other) {
    return known() && device == other.device && inode == other.inode;
  }

  /** Returns the state of a file whose name is gone, or leads to another file. */
  static FileState unnamed(long device, long inode, String path) {
    FileState file = new FileState(device, inode, 0, NONE, REGULAR, path);
    return path.endsWith(DELETED) ? file.withoutDeleted() : file;
  }

  /** Returns the file of a name; follows a symbolic link of that name. */
  public static FileState following(Path path) {
    return read(path, FOLLOW, path.toAbsolutePath().toString());
  }

  /**
   * Returns the file of a name without following a symbolic link, as unlink(2) and rename(2) do.
   */
  public static FileState named(Path path) {
    return read(path, NO_FOLLOW, path.toAbsolutePath().toString());
  }

  /** Resolves a name as openat(2) does. */
  public static Path resolve(int directory, String name) {
    Path base = directory == AT_FDCWD ? Path.of("/proc/self/cwd") : descriptorPath(directory);
    String root = name.startsWith("/") ? null : target(base);
    return root == null ? Path.of(name) : Path.of(root, name);
  }

  private static Path descriptorPath(int descriptor) {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static FileState read(Path path, LinkOption[] options, String name) {
    try {
      Map<String, Object> values =
          Files.readAttributes(path, "unix:dev,ino,nlink,size,mode", options);
      return new FileState(
          (Long) values.get("dev"),
          (Long) values.get("ino"),
          (Integer) values.get("nlink"),
          (Long) values.get("size"),
          (Integer) values.get("mode"),
          name);
    } catch (IOException | RuntimeException e) {
      return new FileState(NONE, 0, -1, NONE, 0, name);
    }
  }

  public boolean known() {
    return device != NONE;
  }

  public boolean isRegular() {
    return (mode & TYPE_MASK) == REGULAR;
  }

  public boolean isDirectory() {
    return (mode & TYPE_MASK) == DIRECTORY;
  }

  /**
   * Returns whether O_DIRECT on this file means to bypass the page cache; on a pipe it means
   * packets.
   */
  public boolean isStorage() {
    return isRegular() || (mode & TYPE_MASK) == BLOCK_DEVICE;
  }

  /** Returns the major number in dev_t, as gnu_dev_major(3) does; −1 if unknown. */
  public int deviceMajor() {
    return known() ? (int) ((device >>> 8) & 0xfff | (device >>> 32) & ~0xfffL) : -1;
  }

  /** Returns the minor number in dev_t, as gnu_dev_minor(3) does; −1 if unknown. */
  public int deviceMinor() {
    return known() ? (int) (device & 0xff | (device >>> 12) & ~0xffL) : -1;
  }

  /** Sets the fields of an event that describe the file. */
  public void describe(FileEvent event) {
    event.deviceMajor = deviceMajor();
    event.deviceMinor = deviceMinor();
    event.inode = inode;
    event.path = path;
  }
}
