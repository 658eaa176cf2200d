package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A file that refuses to be cut, to grow or to give up blocks, as one on a failing disk does. */
class SealedFileTest extends PoolFixture {
  // linux/memfd.h and linux/fcntl.h
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  private static final int F_SEAL_SHRINK = 2;
  private static final int F_SEAL_GROW = 4;
  private static final int F_SEAL_FUTURE_WRITE = 16;

  private long fd;
  private Path sealed;

  @BeforeEach
  void makeFile() throws IOException {
    ExtentPool.open(path(), PoolOptions.ofLength(MIB)).close();
    try (Arena arena = Arena.ofConfined()) {
      fd = SystemCall.MEMFD_CREATE.call(arena.allocateFrom("pool").address(), MFD_ALLOW_SEALING);
    }
    sealed = Path.of("/proc/self/fd/" + fd);
    Files.write(sealed, Files.readAllBytes(path()));
  }

  @AfterEach
  void closeFile() throws IOException {
    SystemCall.CLOSE.call(fd);
  }

  private void seal(int what) throws IOException {
    SystemCall.FCNTL.call(fd, F_ADD_SEALS, what);
  }

  private static void assertNames(String what, Throwable e) {
    assertTrue(e.getMessage().contains(what), e.getMessage());
  }

  @Test
  void aShrinkSaysThatTheFileCannotBeCut() throws IOException {
    try (ExtentPool pool = ExtentPool.open(sealed, PoolOptions.defaults().growTo(2 * MIB))) {
      seal(F_SEAL_SHRINK);
      IOException e = assertThrows(IOException.class, () -> pool.shrink(MIB / 2));
      assertNames(pool + " cannot be cut to 524288 bytes", e);
      assertEquals(MIB / 2, pool.length());
      Extent extent = pool.allocate(MIB);
      fill(extent, 1);
      extent.commit("goes on, and grows");
    }
  }

  @Test
  void whoClosesTheLastPinIsNotToldThatTheFileCannotBeCut() throws Exception {
    try (ExtentPool pool = ExtentPool.open(sealed, PoolOptions.defaults())) {
      Extent extent = pool.allocate(3 * MIB / 4);
      Pin pin = extent.pin("io");
      extent.free();
      CompletableFuture<Void> cut = pool.shrinkAsync(MIB / 2).toCompletableFuture();
      seal(F_SEAL_SHRINK);
      assertFalse(cut.isDone());
      pin.close();
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> cut.get(1, TimeUnit.MINUTES));
      assertNames(pool + " cannot be cut to 524288 bytes", e.getCause());
      assertEquals(0, pool.deferredBytes());
    }
  }

  @Test
  void anAllocationSaysThatTheFileCannotGrow() throws IOException {
    try (ExtentPool pool = ExtentPool.open(sealed, PoolOptions.defaults().growTo(4 * MIB))) {
      seal(F_SEAL_GROW);
      IOException e = assertThrows(IOException.class, () -> pool.allocate(2 * MIB));
      assertNames(pool + " cannot grow to", e);
      assertEquals(MIB, Files.size(sealed));
      pool.allocate(MIB / 2).commit("goes on");
    }
  }

  /** It has the blocks, and no room for a mapping, since none may write to the file any more. */
  @Test
  void aFileThatCannotBeMappedDoesNotStayLonger() throws IOException {
    try (ExtentPool pool = ExtentPool.open(sealed, PoolOptions.defaults().growTo(4 * MIB))) {
      seal(F_SEAL_FUTURE_WRITE);
      assertThrows(IOException.class, () -> pool.allocate(2 * MIB));
      assertEquals(MIB, Files.size(sealed));
    }
  }

  @Test
  void whatCannotBePunchedIsGivenOutAgain() throws IOException {
    PoolOptions options = PoolOptions.defaults().releaseBlocks();
    try (ExtentPool pool = ExtentPool.open(sealed, options)) {
      Extent extent = pool.allocate(3 * MIB / 4);
      Pin pin = extent.pin("io");
      extent.free();
      seal(F_SEAL_FUTURE_WRITE);
      pin.close();
      assertEquals(0, pool.deferredBytes());
      assertTrue(pool.fragmentation().freeBytes() > 3 * MIB / 4);
    }
  }

  /** Whoever makes it longer again would hide that bytes are lost, and the next open see zeros. */
  @Test
  void aFileThatSomebodyElseHasCutDoesNotBecomeLongerAgain() throws IOException {
    PoolOptions options = PoolOptions.defaults().growTo(4 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      pool.allocate(MIB / 2).commit("lost");
      try (FileChannel other = FileChannel.open(path(), StandardOpenOption.WRITE)) {
        other.truncate(MIB / 4);
      }
      for (Executable change :
          List.<Executable>of(() -> pool.allocate(2 * MIB), () -> pool.shrink(3 * MIB / 4))) {
        assertNames("truncated by somebody else", assertThrows(IOException.class, change));
        assertEquals(MIB / 4, Files.size(path()));
      }
    }
    assertThrows(CorruptPoolException.class, () -> ExtentPool.open(path(), options));
  }
}
