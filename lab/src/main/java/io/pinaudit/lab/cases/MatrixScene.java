package io.pinaudit.lab.cases;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pinaudit.samples.Extents;
import io.pinaudit.samples.PatternFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mapped file, a neighbour on each side, and the victim-to-be; the pinned pages are in the middle
 * of the file.
 *
 * <p>A free closes and unmaps what it needs to; the scene closes the rest at its end.
 */
final class MatrixScene implements AutoCloseable {
  static final int PAGE_BYTES = 4096;
  static final int FIRST_PAGE = 4;
  static final int PINNED_PAGES = 16;
  static final int FILE_PAGES = 24;
  static final int PINNED_BYTES = PINNED_PAGES * PAGE_BYTES;
  // xfs frees the blocks of a deleted file in the background, some milliseconds later.
  private static final int BACKGROUND_FREE_MILLIS = 100;
  private static final int NEIGHBOUR_BYTES = 8 * PAGE_BYTES;

  final PatternFile file;
  final PatternFile left;
  final PatternFile right;
  final PatternFile victim;
  final Path replacement;
  final Path otherDevice;
  final Extents pinnedBlocks;
  final long device;
  final long inode;
  final FileChannel channel;
  final MemorySegment pinned;
  private final Arena arena = Arena.ofShared();

  /** Blocks that the case frees besides the pinned ones; null if there are none. */
  Extents alsoFreed;

  MatrixScene(Path directory, Path otherDevice, int number) throws IOException {
    String name = "java" + number;
    this.otherDevice = otherDevice;
    replacement = directory.resolve(name + ".new");
    left = new PatternFile(directory.resolve(name + ".left"), 'L');
    file = new PatternFile(directory.resolve(name + ".file"), 'A');
    right = new PatternFile(directory.resolve(name + ".right"), 'R');
    victim = new PatternFile(directory.resolve(name + ".victim"), 'V');
    left.create(NEIGHBOUR_BYTES);
    Extents all = file.create(FILE_PAGES * PAGE_BYTES);
    right.create(NEIGHBOUR_BYTES);
    pinnedBlocks = all.slice(FIRST_PAGE, PINNED_PAGES);
    device = ((Number) Files.getAttribute(file.path(), "unix:dev")).longValue();
    inode = ((Number) Files.getAttribute(file.path(), "unix:ino")).longValue();
    channel = file.open();
    MemorySegment mapping =
        channel.map(MapMode.READ_WRITE, 0, (long) FILE_PAGES * PAGE_BYTES, arena);
    mapping.fill((byte) file.letter());
    mapping.force();
    pinned = mapping.asSlice((long) FIRST_PAGE * PAGE_BYTES, PINNED_BYTES);
  }

  /** Ends the mapping. */
  void unmap() {
    arena.close();
  }

  /** Returns how many of the pinned blocks the file has lost; 0 where FIEMAP does not say. */
  long countFreed() throws IOException {
    boolean mappedOrOpen = arena.scope().isAlive() || channel.isOpen();
    if (!Files.exists(file.path())) {
      return mappedOrOpen ? 0 : pinnedBlocks.blocks();
    }
    boolean same = ((Number) Files.getAttribute(file.path(), "unix:ino")).longValue() == inode;
    return pinnedBlocks.blocks() - (same ? Extents.of(file.path()).overlapWith(pinnedBlocks) : 0);
  }

  /**
   * Lets the victim grow until it has the freed blocks; the last ones come in small pieces only.
   */
  void growVictim() throws IOException, InterruptedException {
    Extents wanted = alsoFreed == null ? pinnedBlocks : alsoFreed;
    Thread.sleep(BACKGROUND_FREE_MILLIS);
    try (FileChannel grown = FileChannel.open(victim.path(), CREATE_NEW, WRITE)) {
      // A freed block is given out again only after the commit of the transaction that freed it.
      grown.force(true);
      int stepBytes = FILE_PAGES * PAGE_BYTES;
      while (stepBytes >= PAGE_BYTES
          && Extents.of(victim.path()).overlapWith(wanted) < wanted.blocks()) {
        if (!appended(grown, stepBytes)) {
          stepBytes /= 2;
        }
        grown.force(true);
      }
    }
  }

  /** Returns false if there was no room for all. */
  private boolean appended(FileChannel grown, int lengthBytes) throws IOException {
    try {
      victim.append(grown, lengthBytes);
      return true;
    } catch (IOException e) {
      if (e.getMessage().equals("No space left on device")) {
        return false;
      }
      throw e;
    }
  }

  /** Returns the major and minor number, which the C library packs in st_dev. */
  String deviceNumber() {
    long major = device >>> 8 & 0xfff;
    long minor = device & 0xff | device >>> 12 & 0xfff00;
    return major + ":" + minor;
  }

  @Override
  public void close() throws IOException {
    if (arena.scope().isAlive()) {
      arena.close();
    }
    channel.close();
    Files.deleteIfExists(replacement);
    for (PatternFile one : new PatternFile[] {left, file, right, victim}) {
      one.close();
    }
  }
}
