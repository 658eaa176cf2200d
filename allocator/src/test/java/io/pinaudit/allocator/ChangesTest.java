package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.hold.LeaseState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several extents at once; what a crash leaves of them is in KillTest and TornWriteTest. */
class ChangesTest extends PoolFixture {
  private static List<String> names(ExtentPool pool) {
    return pool.extents().stream().map(Extent::name).sorted().toList();
  }

  private static Extent committed(ExtentPool pool, String name) throws IOException {
    Extent extent = pool.allocate(4096);
    extent.commit(name);
    return extent;
  }

  @Test
  void commitsAndReplacesAtOnce() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent old = committed(pool, "page");
      Extent by = pool.allocate(8192);
      Extent other = pool.allocate(4096);
      Extent temporary = pool.allocate(4096);
      pool.changes().replace(old, by).commit(other, "other").free(temporary).apply();
      assertEquals(List.of("other", "page"), names(pool));
      assertTrue(LeaseState.reclaimed(old.word()));
      pool.sync();
      assertEquals(0, pool.deferredBytes());
    }
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      assertEquals(List.of("other", "page"), names(pool));
      assertEquals(12_288, pool.extents().stream().mapToLong(Extent::length).sum());
    }
  }

  @Test
  void whatIsFreedButPinnedIsGivenBackByTheLastUnpin() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent old = committed(pool, "page");
      Pin pin = old.pin("reader");
      pool.changes().replace(old, pool.allocate(4096)).apply();
      assertThrows(IllegalStateException.class, () -> old.pin("late"));
      assertEquals(4096, pool.deferredBytes());
      Path copy = Files.copy(path(), folder.resolve("copy"));
      try (ExtentPool crashed = ExtentPool.open(copy, PoolOptions.defaults())) {
        assertEquals(List.of("page"), names(crashed));
        assertTrue(crashed.extentAt(old.offset()).isEmpty());
      }
      pin.close();
      pool.sync();
      assertEquals(0, pool.deferredBytes());
    }
  }

  @Test
  void changesNothingIfItWaitsInVain() throws IOException {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent old = committed(pool, "old");
      Extent second = committed(pool, "second");
      Extent by = pool.allocate(4096);
      Pin pin = second.pin("reader");
      Changes changes = pool.changes().free(old).free(second).commit(by, "by");
      StillPinnedException e = assertThrows(StillPinnedException.class, changes::apply);
      assertTrue(e.getMessage().contains("reader"), e.getMessage());
      assertEquals(List.of("old", "second"), names(pool));
      old.pin("still there").close();
      CompletableFuture<Object> again =
          inBackground(
              () -> {
                pool.changes().free(old).free(second).commit(by, "by").apply();
                return "done";
              });
      pin.close();
      assertEquals("done", again.join());
      assertEquals(List.of("by"), names(pool));
    }
  }

  @Test
  void changesNothingIfSomethingIsWrong() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER);
        ExtentPool other = ExtentPool.open(folder.resolve("other"), PoolOptions.ofLength(MIB))) {
      Extent old = committed(pool, "old");
      Extent by = pool.allocate(4096);
      Extent foreign = other.allocate(4096);
      assertThrows(IllegalArgumentException.class, () -> pool.changes().replace(old, old));
      assertThrows(IllegalArgumentException.class, () -> pool.changes().commit(by, "\ud800"));
      assertThrows(
          IllegalArgumentException.class,
          () -> pool.changes().free(old).commit(foreign, "foreign").apply());
      by.free();
      assertThrows(IllegalStateException.class, () -> pool.changes().replace(old, by).apply());
      assertEquals(List.of("old"), names(pool));
      old.pin("still there").close();
      pool.changes().apply();
    }
  }

  @Test
  void growsTheExtentMapAsFarAsItHasTo() throws IOException {
    PoolOptions options = PoolOptions.ofLength(32 * MIB);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Changes changes = pool.changes();
      for (int i = 0; i < 2000; i++) {
        changes.commit(pool.allocate(4096), "x".repeat(200));
      }
      changes.apply();
    }
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      assertEquals(2000, pool.extents().size());
    }
  }

  @Test
  void replacesOnlyWhatHasAName() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent old = pool.allocate(4096);
      Extent by = pool.allocate(4096);
      assertThrows(IllegalArgumentException.class, () -> pool.changes().replace(old, by));
      old.commit("a");
      Changes changes = pool.changes().replace(old, by);
      assertThrows(IllegalArgumentException.class, () -> changes.replace(by, pool.allocate(4096)));
      assertThrows(IllegalArgumentException.class, () -> pool.changes().replace(old, old));
      changes.apply();
      assertEquals(List.of(by), pool.extents());
    }
  }
}
