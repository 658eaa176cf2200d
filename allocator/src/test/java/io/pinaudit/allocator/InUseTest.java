package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Closes that meet a call which uses the memory without a pin. */
@SuppressWarnings("restricted")
class InUseTest extends PoolFixture {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final MethodHandle NANOSLEEP =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("nanosleep"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  /** Uses the memory, as the kernel sees it, for half a second. */
  private static Thread use(MemorySegment memory) throws InterruptedException {
    memory.set(ValueLayout.JAVA_LONG, 0, 0);
    memory.set(ValueLayout.JAVA_LONG, 8, 500_000_000L);
    Thread call =
        new Thread(
            () -> {
              try {
                int result = (int) NANOSLEEP.invokeExact(memory, MemorySegment.NULL);
                assertEquals(0, result);
              } catch (Throwable e) {
                throw new AssertionError(e);
              }
            });
    call.start();
    while (call.getState() != Thread.State.RUNNABLE) {
      Thread.sleep(1);
    }
    Thread.sleep(100);
    return call;
  }

  private static long mappings(Path path) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.endsWith(path.toString())).count();
    }
  }

  @Test
  void anArenaSaysSoAndStaysOpen() throws Exception {
    PinnedArena arena = PinnedArena.ofShared(PoolOptions.defaults());
    Thread call = use(arena.allocate(16, 8));
    assertThrows(IllegalStateException.class, arena::close);
    call.join();
    arena.close();
    assertTrue(arena.awaitClosed(Duration.ZERO));
  }

  @Test
  void anArenaWhoseLastPinIsClosedMeanwhileIsFreedAfterTheCall() throws Exception {
    PinnedArena arena = PinnedArena.ofShared(PoolOptions.defaults());
    MemorySegment memory = arena.allocate(16, 8);
    Pin pin = arena.pin(memory, "io");
    arena.close();
    assertThrows(IllegalStateException.class, () -> arena.allocate(8));
    assertEquals("io", arena.pins().getFirst().name());
    Thread call = use(memory);
    pin.close();
    assertTrue(arena.scope().isAlive());
    assertTrue(arena.awaitClosed(LONG));
    call.join();
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void aPoolSaysSoAndIsUnmappedAfterTheCall() throws Exception {
    ExtentPool pool = open(PinPolicy.DEFER);
    Thread call = use(pool.allocate(4096).segment());
    IllegalStateException e = assertThrows(IllegalStateException.class, pool::close);
    assertTrue(e.getMessage().contains("as soon as a call"), e.getMessage());
    assertThrows(IllegalStateException.class, pool::close);
    assertThrows(IllegalStateException.class, () -> pool.allocate(4096));
    assertEquals(1, mappings(path()));
    assertFalse(opens(), "the lock lasts as long as the mapping");
    assertTrue(pool.awaitClosed(LONG));
    call.join();
    assertEquals(0, mappings(path()));
    pool.close();
    assertTrue(opens());
  }

  @Test
  void aPoolWhoseLastPinIsClosedMeanwhileIsUnmappedAfterTheCall() throws Exception {
    ExtentPool pool = open(PinPolicy.DEFER);
    Extent extent = pool.allocate(4096);
    Pin pin = extent.pin("io");
    pool.close();
    assertEquals("io", pool.pins().getFirst().name());
    Thread call = use(extent.segment());
    pin.close();
    assertEquals(1, mappings(path()));
    assertEquals(0, pool.pins().size());
    pool.closeAsync().toCompletableFuture().get(20, TimeUnit.SECONDS);
    call.join();
    assertEquals(0, mappings(path()));
    assertTrue(opens());
  }

  @Test
  void aFileWhoseLastPinIsClosedMeanwhileIsUnmappedAfterTheCall() throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[8192]);
    PinnedFile file = PinnedFile.open(path, PoolOptions.defaults());
    MemorySegment memory = file.map(0, 8192);
    Pin pin = file.pin(0, 4096, "io");
    file.close();
    assertEquals("io", file.pins().getFirst().name());
    Thread call = use(memory);
    pin.close();
    assertEquals(1, mappings(path));
    assertTrue(file.awaitClosed(LONG));
    call.join();
    assertEquals(0, mappings(path));
    assertEquals(0, file.deferredBytes());
  }
}
