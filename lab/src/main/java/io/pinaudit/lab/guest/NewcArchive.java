package io.pinaudit.lab.guest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A cpio archive in the "newc" form, the only one that Linux unpacks as an initramfs.
 *
 * <p>Each entry is 110 characters of header (magic 070701, then 13 fields of 8 hex digits), the
 * name with a final NUL, zeros up to a multiple of 4, the data, zeros again; see
 * Documentation/driver-api/early-userspace/buffer-format.rst of the kernel. Folders come before
 * what is in them, because the kernel does not create missing ones.
 */
final class NewcArchive implements AutoCloseable {
  private static final String TRAILER = "TRAILER!!!";
  private static final int DIRECTORY = 0040755;
  private static final int FILE = 0100000;
  private static final int ALIGNMENT = 4;

  private final OutputStream out;
  private final Set<String> directories = new HashSet<>();
  private int nextInode = 1;
  private long writtenBytes;

  NewcArchive(OutputStream out) {
    this.out = out;
  }

  /**
   * Adds a folder and those above it, unless they are there already. The path is relative and has
   * no final slash.
   */
  void directory(String path) throws IOException {
    if (!directories.add(path)) {
      return;
    }
    addParent(path);
    entry(path, DIRECTORY, new byte[0]);
  }

  /** Adds a regular file with permission bits, and the folders above it. */
  void file(String path, int permissions, byte[] data) throws IOException {
    addParent(path);
    entry(path, FILE | permissions, data);
  }

  private void addParent(String path) throws IOException {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      directory(path.substring(0, slash));
    }
  }

  private void entry(String path, int mode, byte[] data) throws IOException {
    header(nextInode++, mode, data.length, path);
    write(data);
    pad();
  }

  private void header(int inode, int mode, int size, String path) throws IOException {
    byte[] name = (path + '\0').getBytes(StandardCharsets.UTF_8);
    // inode, mode, uid, gid, links, mtime, size, device (2), device number (2), name size, check.
    int[] fields = {inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append("%08X".formatted(field));
    }
    write(header.toString().getBytes(StandardCharsets.US_ASCII));
    write(name);
    pad();
  }

  private void write(byte[] data) throws IOException {
    out.write(data);
    writtenBytes += data.length;
  }

  private void pad() throws IOException {
    write(new byte[(int) (-writtenBytes & (ALIGNMENT - 1))]);
  }

  /** Ends the archive and closes the stream. */
  @Override
  public void close() throws IOException {
    try (out) {
      header(0, 0, 0, TRAILER);
    }
  }
}
