package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedFileTest {
  private static final int LENGTH = 65_536;

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void createFile() throws IOException {
    byte[] content = new byte[LENGTH];
    Arrays.fill(content, (byte) 'A');
    path = Files.write(folder.resolve("file"), content);
  }

  private PinnedFile open(PinPolicy policy) throws IOException {
    return PinnedFile.open(
        path,
        PoolOptions.defaults().policy(policy).patience(Duration.ofMillis(50)).onLeak(pin -> {}));
  }

  @Test
  void truncatesWhenTheLastPinIsClosed() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      MemorySegment all = file.map(0, LENGTH);
      Pin pin = file.pin(8192, 4096, "io");
      assertTrue(file.truncate(12_288), "nothing is pinned there");
      assertFalse(file.truncate(10_000));
      assertThrows(IllegalStateException.class, () -> file.pin(8192, 4096, "late"));
      file.pin(0, 4096, "elsewhere").close();
      assertEquals(12_288, Files.size(path));
      pin.segment().fill((byte) 'B');
      pin.close();
      assertEquals(10_000, Files.size(path));
      assertEquals('B', all.get(ValueLayout.JAVA_BYTE, 9_999));
      assertEquals(0, all.get(ValueLayout.JAVA_BYTE, 20_000));
    }
  }

  @Test
  void pinsTheFileAndNotWhatATruncateLeftOfAMapping() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      file.map(0, LENGTH);
      assertTrue(file.truncate(4096));
      file.channel().write(ByteBuffer.wrap(new byte[] {'N'}), 20_000);
      try (Pin pin = file.pin(20_000, 1, "grown again")) {
        assertEquals('N', pin.segment().get(ValueLayout.JAVA_BYTE, 0));
        pin.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 'P');
      }
    }
    assertEquals('P', Files.readAllBytes(path)[20_000]);
  }

  @Test
  void closesAlthoughACallUsesAMappingWithoutAPin() throws Exception {
    Pipe pipe = Pipe.open();
    PinnedFile file = open(PinPolicy.DEFER);
    ByteBuffer lent = file.map(0, 1).asByteBuffer();
    CompletableFuture<Integer> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return pipe.source().read(lent);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> Thread.ofPlatform().start(task));
    while (Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .noneMatch(frame -> frame.getMethodName().equals("readIntoNativeBuffer"))) {
      Thread.sleep(1);
    }
    Thread.sleep(50);
    IllegalStateException e = assertThrows(IllegalStateException.class, file::close);
    assertTrue(e.getMessage().contains("as soon as a call"), e.getMessage());
    assertFalse(file.channel().isOpen());
    assertThrows(IllegalStateException.class, file::close);
    assertFalse(file.awaitClosed(Duration.ofMillis(20)));
    assertEquals(1, mappings());
    pipe.sink().write(ByteBuffer.wrap(new byte[] {'N'}));
    assertEquals(1, read.get());
    assertTrue(file.awaitClosed(Duration.ofSeconds(10)));
    assertEquals(0, mappings());
    file.close();
    assertEquals('N', Files.readAllBytes(path)[0]);
  }

  private long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.endsWith(path.toString())).count();
    }
  }

  /** A process may have some 65,000; a log that is pinned at its end has another each time. */
  @Test
  void keepsFewMappingsOfWhatIsNotPinned() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      MemorySegment lent = file.map(0, 4096);
      Pin first = file.pin(4096, 4096, "kept");
      for (int i = 0; i < 300; i++) {
        file.channel().write(ByteBuffer.wrap(new byte[4096]), LENGTH + 4096L * i);
        try (Pin pin = file.pin(LENGTH - 4096, 4096L * (i + 2), "at the end")) {
          pin.segment().set(ValueLayout.JAVA_BYTE, 4096, (byte) 'N');
        }
      }
      assertTrue(mappings() <= 66, mappings() + " mappings");
      assertEquals('A', lent.get(ValueLayout.JAVA_BYTE, 0));
      first.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 'P');
      first.close();
    }
    assertEquals('P', Files.readAllBytes(path)[4096]);
  }

  @Test
  void keepsTheOrderOfWhatIsDeferred() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "other");
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      Pin low = file.pin(0, 4096, "low");
      Pin high = file.pin(61_440, 4096, "high");
      assertFalse(file.truncate(32_768));
      assertFalse(file.punch(0, 4096));
      assertFalse(file.replace(other));
      low.close();
      assertArrayEquals(new byte[4096], Arrays.copyOf(Files.readAllBytes(path), 4096));
      assertEquals(LENGTH, Files.size(path));
      high.close();
      assertEquals("other", Files.readString(path));
      assertEquals(32_768, file.channel().size());
    }
  }

  @Test
  void deletesAndClosesWhenTheLastPinIsClosed() throws IOException {
    PinnedFile file = open(PinPolicy.DEFER);
    Pin pin = file.pin(0, LENGTH, "io");
    assertFalse(file.delete());
    file.close();
    pin.segment().fill((byte) 'B');
    assertTrue(Files.exists(path));
    assertThrows(IllegalStateException.class, () -> file.pin(0, 1, "late"));
    MemorySegment memory = pin.segment();
    pin.close();
    assertFalse(Files.exists(path));
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void hasNothingToDeleteWhereSomebodyElseHas() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      assertTrue(file.delete());
      assertTrue(file.delete());
    }
  }

  @Test
  void neverDeletesOrReplacesAnotherFileOfItsName() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "other");
    Path third = Files.writeString(folder.resolve("third"), "third");
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      Pin pin = file.pin(0, 4096, "io");
      assertFalse(file.delete());
      Files.move(other, path, StandardCopyOption.ATOMIC_MOVE);
      pin.close();
      assertEquals("other", Files.readString(path));
      assertThrows(IOException.class, file::delete);
      assertThrows(IOException.class, () -> file.replace(third));
      assertEquals("other", Files.readString(path));
    }
  }

  @Test
  void waitsAndNamesHolders() throws IOException {
    try (PinnedFile file = open(PinPolicy.WAIT)) {
      Pin pin = file.pin(0, 4096, "io");
      StillPinnedException e = assertThrows(StillPinnedException.class, () -> file.truncate(0));
      assertTrue(e.getMessage().contains("\"io\" of thread"), e::getMessage);
      assertThrows(StillPinnedException.class, file::close);
      assertEquals(LENGTH, Files.size(path));
      pin.close();
      assertTrue(file.truncate(0));
    }
  }

  @Test
  void copiesAndNeverWaits() throws IOException {
    try (PinnedFile file = open(PinPolicy.COPY)) {
      Pin pin = file.pin(0, 4096, "io");
      pin.segment().fill((byte) 'B');
      assertEquals('A', file.map(0, 1).get(ValueLayout.JAVA_BYTE, 0));
      assertTrue(file.truncate(100));
      pin.close();
      assertEquals('B', file.map(0, 1).get(ValueLayout.JAVA_BYTE, 0));
      file.pin(0, 50, "open at close").close();
    }
    assertEquals(100, Files.size(path));
  }

  @Test
  void anInterruptedThreadLeavesTheFileAbleToBeTruncatedAndPinned() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      MemorySegment all = file.map(0, LENGTH);
      Thread.currentThread().interrupt();
      Pin pin = file.pin(0, LENGTH, "of all");
      assertFalse(file.truncate(4096));
      assertTrue(Thread.interrupted());
      assertEquals('A', all.get(ValueLayout.JAVA_BYTE, 8192));
      Thread.currentThread().interrupt();
      pin.close();
      assertTrue(Thread.interrupted());
      assertEquals(4096, Files.size(path));
      assertEquals(0, all.get(ValueLayout.JAVA_BYTE, 8192));
      file.channel().write(ByteBuffer.wrap(new byte[] {'N'}), 9000);
      Thread.currentThread().interrupt();
      file.pin(8192, 100, "mapped anew").close();
      assertTrue(Thread.interrupted());
    }
  }

  private static final Duration REST = Duration.ofMillis(20);

  private PinnedFile openAsOnDax(PinPolicy policy) throws IOException {
    return PinnedFile.open(
        path,
        PoolOptions.defaults()
            .policy(policy)
            .patience(Duration.ofMillis(50))
            .onLeak(pin -> {})
            .asOnDax(REST));
  }

  @Test
  void waitsOnDaxForAllPinsOfTheFile() throws Exception {
    try (PinnedFile file = openAsOnDax(PinPolicy.DEFER)) {
      Pin low = file.pin(0, 4096, "low");
      Pin high = file.pin(32_768, 4096, "high");
      assertFalse(file.truncate(61_440), "nothing is pinned there, but elsewhere");
      assertFalse(file.punch(40_960, 4096));
      low.close();
      Thread.sleep(3 * REST.toMillis());
      assertEquals(LENGTH, Files.size(path));
      high.close();
      for (int i = 0; i < 10_000 && Files.size(path) == LENGTH; i++) {
        Thread.sleep(1);
      }
      assertEquals(61_440, Files.size(path));
      assertTrue(file.truncate(8192), "nothing is pinned");
    }
  }

  @Test
  void waitsOnDaxUntilTheFileSystemHasLetGo() throws IOException {
    try (PinnedFile file = openAsOnDax(PinPolicy.WAIT)) {
      Pin pin = file.pin(0, 4096, "io");
      assertThrows(StillPinnedException.class, () -> file.truncate(61_440));
      pin.close();
      assertTrue(file.truncate(61_440));
      assertEquals(61_440, Files.size(path));
    }
  }

  @Test
  void doesBeforeItClosesOnDaxWhatIsDeferred() throws IOException {
    try (PinnedFile file = openAsOnDax(PinPolicy.DEFER)) {
      Pin pin = file.pin(0, 4096, "io");
      assertFalse(file.delete());
      pin.close();
    }
    assertFalse(Files.exists(path));
  }

  @Test
  void checksRanges() throws IOException {
    try (PinnedFile file = open(PinPolicy.DEFER)) {
      assertThrows(IndexOutOfBoundsException.class, () -> file.pin(LENGTH, 1, "io"));
      assertThrows(IndexOutOfBoundsException.class, () -> file.pin(-1, 1, "io"));
      assertThrows(IndexOutOfBoundsException.class, () -> file.map(1, LENGTH));
      assertThrows(IllegalArgumentException.class, () -> file.truncate(-1));
      assertThrows(IllegalArgumentException.class, () -> file.punch(-4096, 4096));
      assertThrows(IllegalArgumentException.class, () -> file.punch(0, 0));
      assertThrows(IllegalArgumentException.class, () -> file.punch(4096, Long.MAX_VALUE));
      assertTrue(file.truncate(0));
      assertThrows(IndexOutOfBoundsException.class, () -> file.pin(0, 1, "io"));
    }
  }
}
