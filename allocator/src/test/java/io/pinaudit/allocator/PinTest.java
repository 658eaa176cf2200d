package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.hold.LeaseState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What pins are, how they end, and what they leave behind. */
class PinTest extends PoolFixture {
  @Test
  void aPinThatIsHandedOnHoldsUnderItsNewHandleOnly() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      Pin first = extent.pin("handed on");
      Pin second = first.detach();
      Pin third = second.detach();
      first.close();
      second.close();
      assertThrows(IllegalStateException.class, second::detach);
      assertThrows(IllegalStateException.class, second::share);
      extent.free();
      assertEquals(4096, pool.deferredBytes());
      assertEquals(List.of("handed on"), pool.pins().stream().map(PinReport::name).toList());
      third.close();
      assertEquals(0, pool.deferredBytes());
    }
  }

  @Test
  void aFullPoolNamesSomeOfTheHoldersAndCountsTheOthers() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      List<Pin> pins = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Extent extent = pool.allocate(4096);
        pins.add(extent.pin("io " + i));
        extent.free();
      }
      Pin elsewhere = pool.allocate(4096).pin("elsewhere");
      PoolFullException e = assertThrows(PoolFullException.class, () -> pool.allocate(8 * MIB));
      assertTrue(e.getMessage().contains("; 12 more"), e.getMessage());
      assertEquals(8, e.getMessage().split("\"io ", -1).length - 1, e.getMessage());
      assertFalse(e.getMessage().contains(elsewhere.name()), e.getMessage());
      assertEquals(21, pool.pins().size());
      pins.forEach(Pin::close);
    }
  }

  /** Also when its numbers are used up, and it is counted from there on. */
  @Test
  void canBeHandedOnForEver() throws IOException {
    PoolOptions options = PoolOptions.ofLength(MIB).tracePins(Integer.MAX_VALUE);
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(4096);
      Pin pin = extent.pin("handed on");
      assertInstanceOf(NotedPin.class, pin);
      for (int i = 0; i < (1 << 20) + 5; i++) {
        pin = pin.detach();
      }
      assertInstanceOf(CountedPin.class, pin);
      Pin next = extent.pin("next");
      pin.close();
      assertTrue(next.isOpen());
      extent.free();
      assertEquals(4096, pool.deferredBytes());
      next.close();
      assertEquals(0, pool.deferredBytes());
    }
  }

  @Test
  void manyOpenAtOnceAreNoBurdenOnOthers() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      Extent extent = pool.allocate(4096);
      List<Pin> pins = new ArrayList<>();
      for (int i = 0; i < 50_000; i++) {
        pins.add(extent.pin("burst"));
      }
      assertEquals(50_000, LeaseState.pins(extent.word()));
      assertEquals(8, pins.stream().filter(NotedPin.class::isInstance).count());
      Collections.shuffle(pins, new Random(1));
      pins.forEach(Pin::close);
      assertEquals(0, LeaseState.pins(extent.word()));
      Deque<Pin> queue = new ArrayDeque<>();
      for (int i = 0; i < 1_000_000; i++) {
        queue.add(extent.pin("queue"));
        if (queue.size() > 16) {
          queue.remove().close();
        }
      }
      int slots = pool.holders().roster().slots();
      assertTrue(slots <= 16 * 64 + 1024, slots + " slots are kept of a burst");
      queue.forEach(Pin::close);
    }
  }

  @Test
  void whatEndsInTimeLeavesNothingBehind() throws IOException {
    PoolOptions options = PoolOptions.ofLength(MIB).patience(Duration.ofHours(1));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(4096);
      PinOptions deadlined = PinOptions.named("io").deadline(Duration.ofHours(1));
      for (int i = 0; i < 100_000; i++) {
        extent.pin(deadlined).close();
        Extent freed = pool.allocate(4096);
        Pin pin = freed.pin("io");
        freed.free();
        pin.close();
      }
      assertEquals(0, pool.holders().overdue().watched());
      assertEquals(List.of(), pool.pins());
      int slots = pool.holders().roster().slots();
      assertTrue(slots <= 16 * 64, slots + " slots");
    }
  }

  @Test
  void reportsEachPinThatIsOverdueOnceAndNoOther() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    PoolOptions options = PoolOptions.ofLength(MIB).onLeak(pin -> told.add(pin.name()));
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      Extent extent = pool.allocate(4096);
      Pin late = extent.pin(PinOptions.named("late").deadline(Duration.ofMillis(60)));
      Pin early = extent.pin(PinOptions.named("early").deadline(Duration.ofMillis(20)));
      Pin handedOn =
          extent.pin(PinOptions.named("handed on").deadline(Duration.ofMillis(100))).detach();
      extent.pin(PinOptions.named("in time").deadline(Duration.ofMillis(20))).close();
      Pin later = extent.pin(PinOptions.named("much later").deadline(Duration.ofHours(1)));
      await(() -> told.size() >= 3);
      Thread.sleep(100);
      assertEquals(List.of("early", "handed on", "late"), told.stream().sorted().toList());
      for (Pin pin : List.of(late, early, handedOn, later)) {
        pin.close();
      }
    }
  }

  /** Whoever waits in vain waited for somebody, who had not closed yet. */
  @Test
  void whoeverWaitsInVainIsToldForWhom() throws Exception {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      int inVain = 0;
      for (int i = 0; i < 1000; i++) {
        Extent extent = pool.allocate(4096);
        Pin pin = extent.pin("held");
        // Around the end of the wait; and now and then long after it, however busy the machine is.
        long later = i % 100 == 99 ? 20_000_000L : i % 100 * 2_000L - 100_000;
        long end = System.nanoTime() + 1_000_000 + later;
        Thread closer =
            Thread.startVirtualThread(
                () -> {
                  while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                  }
                  pin.close();
                });
        try {
          extent.free(Duration.ofMillis(1));
          closer.join();
        } catch (StillPinnedException e) {
          inVain++;
          assertFalse(e.pins().isEmpty(), e.getMessage());
          closer.join();
          extent.free();
        }
      }
      assertTrue(inVain > 0, "no free waited in vain");
    }
  }

  @Test
  void doesNotSayThatAnExtentIsFreedWhichMayLiveOn() throws Exception {
    try (ExtentPool pool = open(PinPolicy.WAIT)) {
      Extent extent = pool.allocate(4096);
      Pin pin = extent.pin("held");
      CompletableFuture<Object> free =
          inBackground(
              () -> {
                extent.free(Duration.ofMillis(200));
                return "freed";
              });
      await(() -> pool.deferredBytes() > 0);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> extent.pin("meanwhile"));
      assertTrue(e.getMessage().contains("unless it gives up"), e.getMessage());
      assertTrue(extent.tryPin("meanwhile").isEmpty());
      assertInstanceOf(StillPinnedException.class, free.get());
      extent.pin("afterwards").close();
      pin.close();
      extent.free();
      e = assertThrows(IllegalStateException.class, () -> extent.pin("too late"));
      assertTrue(e.getMessage().endsWith(" is freed"), e.getMessage());
    }
  }

  @Test
  void triesToPin() throws IOException {
    for (PinPolicy policy : PinPolicy.values()) {
      try (ExtentPool pool = open(policy)) {
        Extent extent = pool.allocate(4096);
        try (Pin pin = extent.tryPin("tried").orElseThrow()) {
          assertEquals("tried", pin.name());
          assertTrue(pin.toString().contains("\"tried\" of extent"), pin::toString);
        }
        extent.free();
        assertTrue(extent.tryPin("tried").isEmpty());
        assertEquals(List.of(), pool.pins());
      }
    }
  }

  private static Pin copyIn(Extent extent) {
    return extent.pin(PinOptions.named("read").policy(PinPolicy.COPY).transfer(Transfer.IN));
  }

  @Test
  void aCopyNeverShowsWhatIsOfAnother() throws IOException {
    try (ExtentPool pool = open(PinPolicy.COPY)) {
      Extent secret = pool.allocate(8192);
      fill(secret, 7);
      secret.pin("secret").close();
      Extent extent = pool.allocate(8192);
      fill(extent, 1);
      try (Pin pin = copyIn(extent)) {
        assertEquals(-1, pin.segment().mismatch(MemorySegment.ofArray(new byte[8192])));
      }
    }
  }

  @Test
  void aShortReadStoresWhatWasRead() throws IOException {
    try (ExtentPool pool = open(PinPolicy.COPY)) {
      Extent extent = pool.allocate(8192);
      fill(extent, 1);
      try (Pin pin = copyIn(extent)) {
        pin.segment().asSlice(0, 100).fill((byte) 2);
        pin.filled(100);
        assertThrows(IndexOutOfBoundsException.class, () -> pin.filled(8193));
        assertThrows(IndexOutOfBoundsException.class, () -> pin.filled(-1));
      }
      assertEquals(2, extent.segment().get(ValueLayout.JAVA_BYTE, 99));
      assertEquals(1, extent.segment().get(ValueLayout.JAVA_BYTE, 100));
      try (Pin pin = copyIn(extent)) {
        pin.segment().fill((byte) 3);
        pin.discard();
      }
      assertEquals(2, firstByte(extent));
    }
  }
}
