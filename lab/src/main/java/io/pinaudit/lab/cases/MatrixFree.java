package io.pinaudit.lab.cases;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.util.Map.entry;

import io.pinaudit.samples.Extents;
import io.pinaudit.samples.Extents.Extent;
import io.pinaudit.samples.NativeCall;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The ways in which Java frees pages of a file, and some that only look like it. */
@FunctionalInterface
interface MatrixFree {
  // linux/falloc.h
  int KEEP_SIZE = 1;
  int PUNCH_HOLE = 2;
  int COLLAPSE_RANGE = 8;

  /** All ways, by their names in the table. */
  Map<String, MatrixFree> ALL =
      Map.ofEntries(
          entry("FileChannel.truncate", scene -> scene.channel.truncate(0)),
          entry("FileChannel.truncate-tail", MatrixFree::truncateTail),
          entry("RandomAccessFile.setLength", MatrixFree::setLength),
          entry("Files.newOutputStream", scene -> Files.newOutputStream(scene.file.path()).close()),
          entry(
              "FileOutputStream",
              scene -> new FileOutputStream(scene.file.path().toFile()).close()),
          entry("Files.delete", MatrixFree::delete),
          entry("Files.delete-neighbours", MatrixFree::deleteNeighbours),
          entry("File.delete", MatrixFree::deleteFile),
          entry("DELETE_ON_CLOSE", MatrixFree::deleteOnClose),
          entry("delete-then-close", MatrixFree::deleteThenClose),
          entry("delete-then-unmap", MatrixFree::deleteThenUnmap),
          entry("Files.move", MatrixFree::move),
          entry("ffm-ftruncate", MatrixFree::ftruncate),
          entry(
              "ffm-punch",
              scene ->
                  deallocate(
                      scene,
                      PUNCH_HOLE | KEEP_SIZE,
                      MatrixScene.FIRST_PAGE,
                      MatrixScene.PINNED_PAGES)),
          entry("ffm-punch-beside", MatrixFree::punchBeside),
          entry(
              "ffm-collapse",
              scene ->
                  deallocate(
                      scene, COLLAPSE_RANGE, MatrixScene.FIRST_PAGE, MatrixScene.PINNED_PAGES)),
          entry("same-block-elsewhere", MatrixFree::freeSameBlockElsewhere));

  /** Frees the pages of the scene's file. */
  void act(MatrixScene scene) throws IOException;

  private static void truncateTail(MatrixScene scene) throws IOException {
    int end = MatrixScene.FIRST_PAGE + MatrixScene.PINNED_PAGES;
    scene.alsoFreed = Extents.of(scene.file.path()).slice(end, MatrixScene.FILE_PAGES - (long) end);
    scene.channel.truncate((long) end * MatrixScene.PAGE_BYTES);
  }

  private static void setLength(MatrixScene scene) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(scene.file.path().toFile(), "rw")) {
      file.setLength(0);
    }
  }

  private static void delete(MatrixScene scene) throws IOException {
    scene.channel.close();
    Files.delete(scene.file.path());
  }

  private static void deleteNeighbours(MatrixScene scene) throws IOException {
    Files.delete(scene.left.path());
    Files.delete(scene.right.path());
  }

  private static void deleteFile(MatrixScene scene) throws IOException {
    scene.channel.close();
    if (!scene.file.path().toFile().delete()) {
      throw new IOException("File.delete refused");
    }
  }

  private static void deleteOnClose(MatrixScene scene) throws IOException {
    scene.channel.close();
    FileChannel.open(scene.file.path(), READ, DELETE_ON_CLOSE).close();
  }

  private static void deleteThenClose(MatrixScene scene) throws IOException {
    Files.delete(scene.file.path());
    scene.channel.close();
  }

  private static void deleteThenUnmap(MatrixScene scene) throws IOException {
    scene.channel.close();
    Files.delete(scene.file.path());
    scene.unmap();
  }

  private static void move(MatrixScene scene) throws IOException {
    scene.channel.close();
    Files.writeString(scene.replacement, "another file");
    Files.move(scene.replacement, scene.file.path(), REPLACE_EXISTING);
  }

  private static void ftruncate(MatrixScene scene) throws IOException {
    withDescriptor(scene.file.path(), fd -> NativeCall.of("ftruncate", fd, 0L));
  }

  private static void punchBeside(MatrixScene scene) throws IOException {
    scene.alsoFreed = Extents.of(scene.file.path()).slice(0, MatrixScene.FIRST_PAGE);
    deallocate(scene, PUNCH_HOLE | KEEP_SIZE, 0, MatrixScene.FIRST_PAGE);
  }

  private static void deallocate(MatrixScene scene, int mode, long firstPage, long pages)
      throws IOException {
    fallocate(
        scene.file.path(),
        mode,
        firstPage * MatrixScene.PAGE_BYTES,
        pages * MatrixScene.PAGE_BYTES);
  }

  private static void fallocate(Path path, int mode, long offset, long lengthBytes)
      throws IOException {
    withDescriptor(path, fd -> NativeCall.of("fallocate", fd, mode, offset, lengthBytes));
  }

  /** Frees the blocks of the same numbers on another device, by deleting the file that fills it. */
  private static void freeSameBlockElsewhere(MatrixScene scene) throws IOException {
    Path fill = scene.otherDevice.resolve("fill");
    long position = 0;
    long freed = 0;
    for (Extent has : Extents.of(fill).extents()) {
      for (Extent wanted : scene.pinnedBlocks.extents()) {
        long shared = has.overlapWith(wanted);
        if (shared > 0) {
          long first = Math.max(has.startBlock(), wanted.startBlock()) - has.startBlock();
          long offset = (position + first) * MatrixScene.PAGE_BYTES;
          fallocate(fill, PUNCH_HOLE | KEEP_SIZE, offset, shared * MatrixScene.PAGE_BYTES);
          sync(fill);
          fallocate(fill, 0, offset, shared * MatrixScene.PAGE_BYTES);
          freed += shared;
        }
      }
      position += has.endBlock() - has.startBlock();
    }
    if (freed == 0) {
      throw new IOException(fill + " has none of the blocks " + scene.pinnedBlocks);
    }
  }

  private static void sync(Path path) throws IOException {
    withDescriptor(path, fd -> NativeCall.of("fsync", fd));
  }

  /** Something done with a file descriptor. */
  @FunctionalInterface
  interface Use {
    void accept(int fd) throws IOException;
  }

  /** Opens a file for reading and writing by open(2), and closes it after use. */
  static void withDescriptor(Path path, Use use) throws IOException {
    int fd = (int) NativeCall.of("open", NativeCall.text(path.toString()), 2 /* O_RDWR */);
    try {
      use.accept(fd);
    } finally {
      NativeCall.of("close", fd);
    }
  }
}
