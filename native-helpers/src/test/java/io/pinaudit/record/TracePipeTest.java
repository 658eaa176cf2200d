package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracePipeTest {
  @TempDir Path folder;

  /** A FIFO whose writer is silent would keep any other reader waiting. */
  @Test
  void readsWhatThereIsAndNeverWaits() throws Exception {
    Path fifo = folder.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    try (TracePipe pipe = TracePipe.open(fifo);
        RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      assertFalse(pipe.read(buffer));
      writer.write(new byte[] {1, 2, 3});
      assertTrue(pipe.read(buffer));
      writer.write(new byte[] {4, 5, 6, 7, 8, 9});
      assertTrue(pipe.read(buffer));
      assertFalse(buffer.hasRemaining());
      for (int i = 0; i < 8; i++) {
        assertEquals(i + 1, buffer.get(i));
      }
    }
  }

  @Test
  void waitsUntilOneOfThemHasSomething() throws Exception {
    Path silent = folder.resolve("silent");
    Path fifo = folder.resolve("fifo");
    assertEquals(
        0, new ProcessBuilder("mkfifo", silent.toString(), fifo.toString()).start().waitFor());
    try (TracePipe one = TracePipe.open(silent);
        TracePipe other = TracePipe.open(fifo);
        RandomAccessFile writer = new RandomAccessFile(fifo.toFile(), "rw")) {
      assertFalse(TracePipe.await(List.of(one, other), 1));
      writer.write(1);
      assertTrue(TracePipe.await(List.of(one, other), 60_000));
      assertFalse(TracePipe.await(List.of(one), 1));
    }
  }

  @Test
  void namesWhatItCannotOpen() {
    IOException failure =
        assertThrows(IOException.class, () -> TracePipe.open(folder.resolve("absent")));
    assertTrue(failure.getMessage().contains("absent"), failure.getMessage());
    assertTrue(failure.getMessage().contains("errno 2"), failure.getMessage());
  }
}
