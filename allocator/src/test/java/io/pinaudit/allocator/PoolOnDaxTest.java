package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** As on a DAX file system, whose kernel waits for pins anywhere in the file. */
class PoolOnDaxTest extends PoolFixture {
  /** As on a DAX file system, where a punch or truncate would wait for all pins of the file. */
  private ExtentPool openAsOnDax() throws IOException {
    return ExtentPool.open(
        path(), PoolOptions.ofLength(4 * MIB).releaseBlocks().asOnDax(REST).onLeak(pin -> {}));
  }

  @Test
  void punchesOnDaxWhenNothingOfTheFileIsPinned() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(MIB);
      Extent other = pool.allocate(4096);
      fill(freed, 1);
      try (Pin plain = other.pin("plain")) {
        freed.free();
        Thread.sleep(3 * REST.toMillis());
        assertEquals(1, firstByte(freed));
        Pin kept = plain.detach();
        Thread.sleep(3 * REST.toMillis());
        assertEquals(1, firstByte(freed));
        kept.close();
      }
      await(() -> firstByte(freed) == 0);
    }
  }

  @Test
  void copiesPutNothingOffOnDax() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(MIB);
      Extent other = pool.allocate(4096);
      fill(freed, 1);
      try (Pin copy = other.pin(PinOptions.named("copy").policy(PinPolicy.COPY))) {
        freed.free();
        await(() -> firstByte(freed) == 0);
        assertEquals(0, copy.segment().get(ValueLayout.JAVA_BYTE, 0));
      }
    }
  }

  @Test
  void givesOutOnDaxWhatCouldNotBePunchedYet() throws IOException {
    try (ExtentPool pool = openAsOnDax()) {
      Extent freed = pool.allocate(3 * MIB);
      fill(freed, 1);
      try (Pin pin = pool.allocate(4096).pin("elsewhere")) {
        freed.free();
        Extent again = pool.allocate(3 * MIB);
        assertEquals(freed.offset(), again.offset());
        assertEquals(1, firstByte(again));
        assertEquals(4096, pin.segment().byteSize());
      }
    }
  }

  @Test
  void shrinksOnDaxWhenNothingOfTheFileIsPinned() throws Exception {
    try (ExtentPool pool = openAsOnDax()) {
      Pin pin = pool.allocate(4096).pin("below the new end");
      assertFalse(pool.shrink(3 * MIB));
      Thread.sleep(3 * REST.toMillis());
      assertEquals(4 * MIB, Files.size(path()));
      assertEquals(3 * MIB, pool.length());
      pin.close();
      await(() -> Files.size(path()) == 3 * MIB);
      assertTrue(pool.shrink(2 * MIB), "nothing is pinned");
      assertEquals(2 * MIB, Files.size(path()));
    }
  }

  @Test
  void doesBeforeItClosesWhatWasPutOff() throws Exception {
    Extent extent;
    try (ExtentPool pool = openAsOnDax()) {
      extent = pool.allocate(MIB);
      fill(extent, 1);
      try (Pin pin = extent.pin("dma")) {
        assertFalse(pool.shrink(3 * MIB));
        extent.free();
        assertEquals(1, pin.segment().get(ValueLayout.JAVA_BYTE, 0));
      }
    }
    assertEquals(3 * MIB, Files.size(path()));
    assertEquals(0, Files.readAllBytes(path())[(int) extent.offset()]);
  }

  @Test
  void closesOnDaxSomeTimeAfterTheLastPin() throws Exception {
    ExtentPool pool = openAsOnDax();
    Pin pin = pool.allocate(4096).pin("dma").detach();
    assertFalse(pool.shrink(2 * MIB));
    pool.close();
    pin.segment().fill((byte) 1);
    pin.close();
    await(() -> Files.size(path()) == 2 * MIB);
    await(() -> opens());
  }
}
