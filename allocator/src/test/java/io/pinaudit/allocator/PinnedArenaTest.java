package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedArenaTest {
  private static final PoolOptions OPTIONS =
      PoolOptions.defaults().patience(Duration.ofMillis(50)).onLeak(pin -> {});

  private static PinnedArena arena(PinPolicy policy) {
    return PinnedArena.ofShared(OPTIONS.policy(policy));
  }

  @Test
  void closesAtOnceWithoutPins() {
    PinnedArena arena = arena(PinPolicy.DEFER);
    MemorySegment memory = arena.allocate(100);
    arena.pin(memory, "io").close();
    arena.close();
    assertFalse(memory.scope().isAlive());
    assertThrows(IllegalStateException.class, arena::close);
  }

  @Test
  void defersCloseToLastUnpin() {
    PinnedArena arena = arena(PinPolicy.DEFER);
    MemorySegment memory = arena.allocate(100);
    Pin pin = arena.pin(memory, "io");
    arena.close();
    assertTrue(memory.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> arena.pin(memory, "late"));
    pin.close();
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void waitsAndNamesHolders() {
    PinnedArena arena =
        PinnedArena.ofShared(OPTIONS.policy(PinPolicy.WAIT).patience(Duration.ofSeconds(1)));
    MemorySegment memory = arena.allocate(100);
    Pin pin = arena.pin(memory, "io");
    StillPinnedException e = assertThrows(StillPinnedException.class, arena::close);
    assertEquals("io", e.pins().getFirst().name());
    assertTrue(memory.scope().isAlive());
    CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(pin::close);
    arena.close();
    assertFalse(memory.scope().isAlive());
  }

  @Test
  void copies() {
    PinnedArena arena = arena(PinPolicy.COPY);
    MemorySegment memory = arena.allocate(100);
    try (Pin pin = arena.pin(memory, "io")) {
      pin.segment().fill((byte) 3);
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 0));
    }
    assertEquals(3, memory.get(ValueLayout.JAVA_BYTE, 0));
    Pin pin = arena.pin(memory, "io");
    arena.close();
    assertFalse(memory.scope().isAlive());
    pin.segment().fill((byte) 4);
    pin.close();
  }

  @Test
  void refusesACopyThatCannotBeWrittenBack() {
    try (PinnedArena arena = arena(PinPolicy.COPY)) {
      MemorySegment memory = arena.allocate(100).asReadOnly();
      assertThrows(IllegalArgumentException.class, () -> arena.pin(memory, "io"));
      arena.pin(memory, PinOptions.named("out").transfer(Transfer.OUT)).close();
    }
  }

  @Test
  void maps(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[8192]);
    PinnedArena arena = arena(PinPolicy.DEFER);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment mapping = channel.map(MapMode.READ_WRITE, 0, 8192, arena);
      Pin pin = arena.pin(mapping, "io");
      arena.close();
      pin.segment().fill((byte) 1);
      pin.close();
      assertFalse(mapping.scope().isAlive());
    }
    assertEquals(1, Files.readAllBytes(path)[8191]);
  }

  @Test
  void refusesForeignSegments() {
    try (PinnedArena arena = arena(PinPolicy.DEFER);
        Arena other = Arena.ofShared()) {
      MemorySegment foreign = other.allocate(8);
      assertThrows(IllegalArgumentException.class, () -> arena.pin(foreign, "io"));
    }
  }
}
