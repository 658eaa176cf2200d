package io.pinaudit.lab.cases;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A file of 24 pages in a folder of its own, and this JVM's mapping of it.
 *
 * <p>It counts the pages that fault, by a child process that loads from each; what an act finds out
 * beyond that, it says with {@link #found}.
 */
final class CachedScene implements AutoCloseable {
  static final int PAGE_BYTES = 4096;
  static final int FILE_BYTES = 24 * PAGE_BYTES;
  private static final int HEAD_BYTES = 4 * PAGE_BYTES;
  private static final int SMALL_BYTES = 100;
  // The agent looks at mapped files once a second.
  private static final int LOOK_MILLIS = 1_300;

  final CachedRow row;
  final Path file;

  /** A small file, to copy over the other. */
  final Path small;

  /** The same file under another name, or a file that only looks like it. */
  final Path other;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment mapped;
  private final ByteBuffer buffer;
  private final String id;
  private int faults;
  private String kind;
  private String detail = "";

  /** Makes the file and maps it. */
  CachedScene(Map<String, Path> places, CachedRow row) throws IOException {
    this.row = row;
    Path folder = places.get(row.fileSystem()).resolve(row.folder());
    Files.createDirectories(folder);
    file = folder.resolve("data");
    small = folder.resolve("small");
    Path elsewhere = places.get(row.fileSystem() + "-other");
    other = elsewhere == null ? folder.resolve("other") : elsewhere.resolve(row.folder() + "/data");
    if (!Files.exists(file)) {
      make(file);
    }
    Files.writeString(small, "B".repeat(SMALL_BYTES));
    id = id(file);
    buffer = row.mapping().equals("buffer") ? buffer(file) : null;
    mapped = buffer == null ? map(row.mapping(), file, arena) : MemorySegment.ofBuffer(buffer);
    if (row.mapping().equals("unmapped")) {
      arena.close();
    }
  }

  private void make(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, CREATE, WRITE)) {
      if (row.mapping().equals("sparse")) {
        channel.write(ByteBuffer.allocate(1), FILE_BYTES - 1);
      } else {
        fill(channel, 'A');
      }
    }
  }

  private static void fill(FileChannel channel, char letter) throws IOException {
    byte[] bytes = new byte[FILE_BYTES];
    Arrays.fill(bytes, (byte) letter);
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  private static ByteBuffer buffer(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, FILE_BYTES);
    }
  }

  /** Opens for writing only what is mapped for it: that alone copies an overlay's file up. */
  private static MemorySegment map(String how, Path file, Arena arena) throws IOException {
    if (how.equals("read-only")) {
      try (FileChannel channel = FileChannel.open(file, READ)) {
        return channel.map(MapMode.READ_ONLY, 0, FILE_BYTES, arena);
      }
    }
    try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
      return switch (how) {
        case "private" -> channel.map(MapMode.PRIVATE, 0, FILE_BYTES, arena);
        case "head" -> channel.map(MapMode.READ_WRITE, 0, HEAD_BYTES, arena);
        case "tail" -> channel.map(MapMode.READ_WRITE, FILE_BYTES / 2, FILE_BYTES / 2, arena);
        case "shared", "sparse", "unmapped", "lent" ->
            channel.map(MapMode.READ_WRITE, 0, FILE_BYTES, arena);
        default -> throw new IllegalArgumentException("no mapping " + how);
      };
    }
  }

  /** Makes the other file as the first was made, so that it may get the same inode number. */
  void makeOther() throws IOException {
    Files.createDirectories(other.getParent());
    make(other);
  }

  /** Returns device and inode of a file, as the table has them. */
  private static String id(Path file) throws IOException {
    long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
    long major = device >>> 8 & 0xfff;
    long minor = device & 0xff | device >>> 12 & 0xfff00;
    return major + ":" + minor + "\t" + Files.getAttribute(file, "unix:ino");
  }

  /** Returns device and inode that the file had when the case began. */
  String id() {
    return id;
  }

  /** Returns whether the other file has the same inode number on another device. */
  boolean hasTwin() throws IOException {
    String twin = id(other);
    return !twin.equals(id)
        && twin.substring(twin.indexOf('\t')).equals(id.substring(id.indexOf('\t')));
  }

  /** Returns what is mapped. */
  MemorySegment memory() {
    return mapped;
  }

  /** Ends the mapping. */
  void unmap() {
    arena.close();
  }

  boolean isMapped() {
    return arena.scope().isAlive();
  }

  /** Counts the pages that fault now; the most that were ever counted are the case's truth. */
  void look() throws IOException {
    if (isMapped()) {
      faults = Math.max(faults, CachedNative.faultsIn(mapped));
    }
  }

  /** Writes the whole file anew, at the size that it had. */
  void writeAnew() throws IOException {
    if (Files.exists(file)) {
      try (FileChannel channel = FileChannel.open(file, WRITE)) {
        fill(channel, 'V');
      }
    }
  }

  /** Says what is true besides faults. */
  void found(String what, String figures) {
    kind = what;
    detail = figures;
  }

  /** Returns what is true, and the figures that show it, with a tab between. */
  String truth() {
    if (kind != null) {
      return kind + "\t" + detail;
    }
    long pages = mapped.byteSize() / PAGE_BYTES;
    return (faults > 0 ? "faults" : "nothing") + "\t" + faults + " of " + pages + " pages fault";
  }

  /** Ends the mapping; a buffer's only ends with the program, after the agent has looked at it. */
  @Override
  public void close() {
    if (buffer != null) {
      sleep(LOOK_MILLIS);
    }
    if (isMapped()) {
      arena.close();
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
