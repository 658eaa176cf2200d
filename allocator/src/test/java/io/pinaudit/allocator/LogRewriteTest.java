package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The log begins anew a piece at a time, and each operation finds it whole. */
class LogRewriteTest extends PoolFixture {
  private static final int PIECE_BYTES = 1_000;

  /** What there has to be: names by offset. */
  private final Map<Long, String> expected = new HashMap<>();

  private final List<Extent> live = new ArrayList<>();
  private final Random random = new Random(3);

  /** A piece of the next log; does nothing if none is begun. */
  private BooleanSupplier piece = () -> false;

  private int pieces;

  private void writePiece() {
    boolean written = piece.getAsBoolean();
    pieces += written ? 1 : 0;
  }

  private PoolOptions inPieces() {
    return PoolOptions.ofLength(4 * MIB)
        .medium(ForwardingMedium::withoutForce)
        .rewritePieces(PIECE_BYTES)
        .rewriter(pieces -> piece = pieces);
  }

  private void operate(ExtentPool pool) throws IOException {
    if (live.size() < 60 || random.nextInt(3) > 0) {
      Extent extent =
          live.size() > 120 ? live.get(random.nextInt(live.size())) : pool.allocate(4096);
      String name = "x".repeat(random.nextInt(200));
      extent.commit(name);
      if (expected.put(extent.offset(), name) == null) {
        live.add(extent);
      }
    } else {
      Extent extent = live.remove(random.nextInt(live.size()));
      extent.free();
      expected.remove(extent.offset());
    }
  }

  private void assertHolds(Path path) throws IOException {
    Path copy = Files.copy(path, folder.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
    try (ExtentPool pool = ExtentPool.open(copy, PoolOptions.defaults())) {
      Map<Long, String> found = new HashMap<>();
      pool.extents().forEach(extent -> found.put(extent.offset(), extent.name()));
      assertEquals(expected, found);
    }
  }

  @Test
  void goesOnWithTheLogThatItFinds() throws IOException {
    long bytes;
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      pool.allocate(4096).commit("one");
      bytes = pool.numbers().logBytes();
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(0, pool.numbers().logRewrites());
      assertEquals(bytes, pool.numbers().logBytes());
      pool.allocate(4096).commit("two");
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(List.of("one", "two"), pool.extents().stream().map(Extent::name).toList());
    }
  }

  @Test
  void operationsGoOnBetweenThePieces() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), inPieces())) {
      while (pool.numbers().logRewrites() < 6) {
        operate(pool);
        if (random.nextInt(3) == 0) {
          writePiece();
        }
        if (random.nextInt(50) == 0) {
          assertHolds(path());
        }
      }
      assertTrue(pieces > 20, "only " + pieces + " pieces");
    }
    assertHolds(path());
  }

  /** As if the thread that writes it got no processor. */
  @Test
  void operationsFinishItIfNobodyElseDoes() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), inPieces())) {
      while (pool.numbers().logRewrites() < 4) {
        operate(pool);
      }
      assertHolds(path());
    }
    assertHolds(path());
  }

  @Test
  void aCloseDropsWhatIsHalfWritten() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), inPieces())) {
      while (!piece.getAsBoolean()) {
        operate(pool);
      }
      operate(pool);
      assertEquals(0, pool.numbers().logRewrites());
    }
    assertFalse(piece.getAsBoolean());
    assertHolds(path());
  }

  @Test
  void growsIntoALongerOneBeforeItHasTo() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), inPieces())) {
      long length = pool.numbers().logCapacityBytes();
      for (int i = 0; pool.numbers().logCapacityBytes() == length; i++) {
        Extent extent = pool.allocate(4096);
        extent.commit("page " + i);
        expected.put(extent.offset(), "page " + i);
        writePiece();
      }
      assertEquals(2 * length, pool.numbers().logCapacityBytes());
      assertTrue(expected.size() * 96L < length, "it was full: " + expected.size());
    }
    assertHolds(path());
  }

  @Test
  void aShrinkMovesItInPieces() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), inPieces())) {
      Extent low = pool.allocate(MIB);
      while (pool.numbers().logRewrites() == 0) {
        operate(pool);
        writePiece();
      }
      low.free();
      live.forEach(Extent::free);
      expected.clear();
      pool.sync();
      assertTrue(pool.shrink(MIB));
    }
    assertHolds(path());
  }

  @Test
  void aPieceThatFailsIsTheEndOfChanges() throws IOException {
    AtomicBoolean fails = new AtomicBoolean();
    PoolOptions options =
        inPieces()
            .medium(
                storage ->
                    new ForwardingMedium(storage) {
                      @Override
                      public void force(long offsetBytes, long lengthBytes) {
                        if (fails.get()) {
                          throw new UncheckedIOException(new IOException("force fails"));
                        }
                      }
                    });
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      while (!piece.getAsBoolean()) {
        operate(pool);
      }
      fails.set(true);
      // Some pieces are only copied.
      for (int i = 0; piece.getAsBoolean(); i++) {
        assertTrue(i < 100, "nothing is forced");
      }
      assertThrows(IllegalStateException.class, () -> pool.allocate(4096).commit("late"));
    }
    assertHolds(path());
  }
}
