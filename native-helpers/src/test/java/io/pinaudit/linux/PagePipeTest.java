package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagePipeTest {
  private static final int BYTES = 3 << 20;
  private static final int GAP = 4096;

  @TempDir Path folder;

  @Test
  void movesAFileThatIsLargerThanThePipe() throws IOException {
    byte[] bytes = new byte[BYTES];
    new Random(7).nextBytes(bytes);
    Path from = Files.write(folder.resolve("from"), bytes);
    Path to = folder.resolve("to");
    int descriptor = Posix.openWithoutWaiting(from);
    int rounds = 0;
    try (PagePipe pipe = new PagePipe();
        LinuxFile file = LinuxFile.create(to)) {
      long at = GAP;
      for (int count = pipe.fill(descriptor); count > 0; count = pipe.fill(descriptor)) {
        assertTrue(pipe.drain(file, at));
        at += count;
        rounds++;
      }
      assertEquals(GAP + BYTES, at);
    } finally {
      Posix.close(descriptor);
    }
    assertTrue(rounds > 1, "the pipe took all at once");
    byte[] moved = Files.readAllBytes(to);
    assertArrayEquals(new byte[GAP], Arrays.copyOf(moved, GAP));
    assertArrayEquals(bytes, Arrays.copyOfRange(moved, GAP, moved.length));
  }

  /** A file of /proc takes no pages. */
  @Test
  void givesBackWhatAFileSystemRefuses() throws IOException {
    Path from = Files.write(folder.resolve("from"), new byte[] {1, 2, 3, 4, 5});
    int descriptor = Posix.openWithoutWaiting(from);
    ByteBuffer buffer = ByteBuffer.allocateDirect(3);
    try (PagePipe pipe = new PagePipe();
        LinuxFile file = LinuxFile.openNoLink(Path.of("/proc/thread-self/comm"))) {
      assertEquals(5, pipe.fill(descriptor));
      assertFalse(pipe.drain(file, 0));
      assertTrue(pipe.read(buffer));
      assertArrayEquals(new byte[] {1, 2, 3}, bytes(buffer.flip()));
      buffer.clear();
      assertTrue(pipe.read(buffer));
      assertArrayEquals(new byte[] {4, 5}, bytes(buffer.flip()));
      assertFalse(pipe.read(buffer));
    } finally {
      Posix.close(descriptor);
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void doesNotWaitForMore() throws Exception {
    Path fifo = folder.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    int descriptor = Posix.openWithoutWaiting(fifo);
    try (PagePipe pipe = new PagePipe();
        RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw");
        LinuxFile file = LinuxFile.create(folder.resolve("to"))) {
      assertEquals(0, pipe.fill(descriptor));
      assertTrue(pipe.drain(file, 0));
      writer.write(7);
      assertEquals(1, pipe.fill(descriptor));
      assertTrue(pipe.drain(file, 0));
    } finally {
      Posix.close(descriptor);
    }
  }

  @Test
  void createsNoFileInPlaceOfALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertThrows(FileAlreadyExistsException.class, () -> LinuxFile.create(link));
    assertFalse(Files.exists(folder.resolve("nowhere")));
  }
}
