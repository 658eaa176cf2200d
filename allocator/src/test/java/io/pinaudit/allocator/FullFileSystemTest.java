package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On an ext4 of 8 MiB; needs the right to mount it. */
class FullFileSystemTest {
  private static final long MIB = 1 << 20;

  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    Path image = folder.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(8 * MIB);
    }
    disk = Files.createDirectory(folder.resolve("disk"));
    boolean mounted =
        runs("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image.toString())
            && runs("mount", "-o", "loop", image.toString(), disk.toString());
    assumeTrue(mounted, "cannot mount an image here");
  }

  @AfterEach
  void unmount() throws Exception {
    runs("umount", disk.toString());
  }

  private static boolean runs(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void fillDisk() throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(disk.resolve("others"))) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("No space left"), e::getMessage);
    }
  }

  @Test
  void growsByWhatThereIsRoomForAndTakesNoMore() throws IOException {
    PoolOptions options = PoolOptions.ofLength(4 * MIB).growTo(1L << 40);
    Path path = disk.resolve("pool");
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      pool.allocate(3 * MIB);
      pool.allocate(2 * MIB).segment().fill((byte) 1);
      assertThrows(IOException.class, () -> pool.allocate(4 * MIB));
      assertEquals(pool.length(), Files.size(path));
      assertTrue(Files.getFileStore(path).getUsableSpace() > MIB, "room for others");
    }
  }

  @Test
  void aLogHasBlocksWhereThePoolHasHoles() throws IOException {
    Path path = disk.resolve("pool");
    PoolOptions options = PoolOptions.ofLength(4 * MIB).releaseBlocks();
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      String name = "x".repeat(255);
      // Almost as many as begin a log of twice 64 KiB; with the others more than one of 64 KiB
      // takes.
      for (int i = 0; i < 75; i++) {
        pool.allocate(4096).commit(name);
      }
      List<Extent> more = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        more.add(pool.allocate(4096));
      }
      fillDisk();
      IOException full =
          assertThrows(
              IOException.class,
              () -> {
                for (Extent extent : more) {
                  extent.commit(name);
                }
              });
      assertTrue(full.getMessage().contains("No space left"), full::getMessage);
      Files.delete(disk.resolve("others"));
      more.getLast().commit("still to be committed");
    }
    try (ExtentPool pool = ExtentPool.open(path, options)) {
      assertEquals("still to be committed", pool.extents().getLast().name());
    }
  }

  @Test
  void keepsTheRoomOfALogThatHadNoRoomForItsSpare() throws IOException {
    PoolOptions options = PoolOptions.ofLength(MIB).growTo(8 * MIB);
    try (ExtentPool pool = ExtentPool.open(disk.resolve("pool"), options)) {
      List<Extent> extents = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        extents.add(pool.allocate(4096));
      }
      pool.allocate(pool.fragmentation().freeBytes() - 200 * 1024);
      fillDisk();
      Fragmentation before = pool.fragmentation();
      assertThrows(
          IOException.class,
          () -> {
            for (Extent extent : extents) {
              extent.commit("x".repeat(255));
            }
          });
      assertEquals(before, pool.fragmentation());
    }
  }

  @Test
  void fillsHolesUnlessItIsToReleaseBlocks() throws IOException {
    Path path = disk.resolve("pool");
    ExtentPool.open(path, PoolOptions.ofLength(4 * MIB).releaseBlocks()).close();
    assertTrue(Files.getFileStore(path).getUsableSpace() > 6 * MIB, "holes");
    try (ExtentPool pool = ExtentPool.open(path, PoolOptions.defaults())) {
      fillDisk();
      pool.allocate(3 * MIB).segment().fill((byte) 1);
    }
  }
}
