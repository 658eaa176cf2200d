package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pool's memory as fixed buffers of a real ring. */
class RingBuffersTest extends PoolFixture {
  private static final Path MEMORY = Path.of("/dev/shm");

  private StressRing ring;
  private Path pool;

  @BeforeEach
  void openRing() throws IOException {
    try {
      ring = StressRing.open();
    } catch (IOException e) {
      assumeTrue(false, "no io_uring here: " + e.getMessage());
    }
    assumeTrue(Files.isWritable(MEMORY), "no /dev/shm here");
    pool = Files.createTempDirectory(MEMORY, "pinaudit-test").resolve("pool");
  }

  @AfterEach
  void closeRing() throws Exception {
    if (pool != null) {
      Files.deleteIfExists(pool);
      Files.delete(pool.getParent());
    }
    if (ring != null) {
      ring.close();
    }
  }

  private ExtentPool inMemory() throws IOException {
    return ExtentPool.open(pool, PoolOptions.ofLength(MIB).growTo(4 * MIB));
  }

  private int read(Pin pin, int buffer) throws Exception {
    Path source = folder.resolve("source");
    byte[] bytes = new byte[4096];
    Arrays.fill(bytes, (byte) 7);
    Files.write(source, bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(source.toString());
      long file = SystemCall.OPEN.call(name.address(), 0);
      CompletableFuture<Integer> result = new CompletableFuture<>();
      ring.readFixed((int) file, pin.segment(), buffer, result::complete);
      int count = result.get();
      SystemCall.CLOSE.call(file);
      return count;
    }
  }

  @Test
  void readsIntoAFixedBuffer() throws Exception {
    try (ExtentPool memory = inMemory();
        RingBuffers buffers = memory.registerBuffers(ring.fd())) {
      memory.allocate(8192);
      Extent extent = memory.allocate(4096);
      try (Pin pin = extent.pin("fixed")) {
        assertEquals(4096, read(pin, buffers.indexOf(pin).orElseThrow()));
      }
      assertEquals(7, firstByte(extent));
    }
  }

  @Test
  void unregistersWhenItIsClosedAndWhenThePoolIs() throws Exception {
    try (ExtentPool memory = inMemory()) {
      RingBuffers first = memory.registerBuffers(ring.fd());
      assertThrows(IOException.class, () -> memory.registerBuffers(ring.fd()));
      first.close();
      first.close();
      memory.registerBuffers(ring.fd());
    }
    try (ExtentPool memory = inMemory();
        Pin pin = memory.allocate(4096).pin("not fixed")) {
      assertEquals(-14, read(pin, 0), "EFAULT: the ring has no buffers any more");
      memory.registerBuffers(ring.fd());
      assertTrue(read(pin, 0) > 0);
    }
  }

  @Test
  void hasNoBufferForWhatCameLaterOrIsACopy() throws Exception {
    try (ExtentPool memory = inMemory();
        RingBuffers buffers = memory.registerBuffers(ring.fd())) {
      Extent grown = memory.allocate(2 * MIB);
      Extent old = memory.allocate(4096);
      try (Pin pin = grown.pin("beyond");
          Pin copy = old.pin(PinOptions.named("copy").policy(PinPolicy.COPY))) {
        assertFalse(buffers.indexOf(pin).isPresent());
        assertFalse(buffers.indexOf(copy).isPresent());
      }
    }
  }

  @Test
  void refusesPoolsWhoseExtentsMove() throws Exception {
    PoolOptions options = PoolOptions.ofLength(MIB);
    for (PoolOptions other : new PoolOptions[] {options.checked(), options.releaseBlocks()}) {
      try (ExtentPool memory = ExtentPool.open(pool, other)) {
        assertThrows(IllegalStateException.class, () -> memory.registerBuffers(ring.fd()));
      }
    }
  }

  @Test
  void saysWhatTheKernelDoesNotHold() throws Exception {
    assumeTrue(
        !Files.getFileStore(folder).type().equals("tmpfs"), "the temporary folder is in memory");
    try (ExtentPool file = open(PinPolicy.DEFER)) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, () -> file.registerBuffers(ring.fd()));
      assertTrue(e.getCause().getMessage().contains("errno"), e.getCause()::getMessage);
    }
    try (ExtentPool memory = inMemory()) {
      assertThrows(IOException.class, () -> memory.registerBuffers(-1));
    }
  }
}
