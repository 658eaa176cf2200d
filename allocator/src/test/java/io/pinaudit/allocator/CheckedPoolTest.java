package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/** What a pool shows to whoever develops or watches an application. */
class CheckedPoolTest extends PoolFixture {
  @Test
  void theMemoryOfAFreedExtentCannotBeUsed() throws IOException {
    ExtentPool pool = ExtentPool.open(path(), PoolOptions.ofLength(MIB).checked());
    Extent extent = pool.allocate(4096);
    MemorySegment memory = extent.segment();
    fill(extent, 5);
    memory.force();
    Pin pin = extent.pin("io");
    extent.free();
    assertEquals(5, memory.get(ValueLayout.JAVA_BYTE, 0), "it is pinned");
    assertEquals(5, pin.segment().get(ValueLayout.JAVA_BYTE, 0));
    pin.close();
    assertFalse(memory.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> fill(extent, 1));
    Extent never = pool.allocate(4096);
    never.free();
    assertThrows(IllegalStateException.class, never::segment);
    Extent kept = pool.allocate(4096);
    assertEquals(5, firstByte(kept), "the same storage");
    MemorySegment keptMemory = kept.segment();
    pool.close();
    assertFalse(keptMemory.scope().isAlive());
    assertTrue(opens());
  }

  @Test
  void tellsItsNumbers() throws IOException {
    try (ExtentPool pool = open(PinPolicy.DEFER)) {
      PoolNumbers before = pool.numbers();
      Extent extent = pool.allocate(8192);
      extent.commit("one");
      Pin pin = extent.pin("io");
      extent.free();
      PoolNumbers after = pool.numbers();
      assertEquals(8192, after.deferredBytes());
      assertEquals(before.free().freeBytes() - 8192, after.free().freeBytes());
      assertEquals(0, after.committedExtents());
      assertEquals(before.logBytes() + 48 + 40, after.logBytes());
      assertEquals(0, after.logRewrites());
      pin.close();
    }
  }

  @Test
  void isInTheMBeanServerAsLongAsItIsOpen() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName all = new ObjectName("io.pinaudit.allocator:type=ExtentPool,*");
    ExtentPool plain = open(PinPolicy.DEFER);
    assertEquals(Set.of(), server.queryNames(all, null));
    plain.close();
    PoolOptions options = PoolOptions.defaults().monitored();
    try (ExtentPool pool = ExtentPool.open(path(), options)) {
      ObjectName name = server.queryNames(all, null).iterator().next();
      assertEquals(ObjectName.quote(path().toString()), name.getKeyProperty("path"));
      pool.allocate(4096).commit("one");
      ExtentPoolMXBean bean = JMX.newMXBeanProxy(server, name, ExtentPoolMXBean.class);
      PoolNumbers numbers = pool.numbers();
      assertEquals(1, bean.getCommittedExtents());
      assertEquals(numbers.lengthBytes(), bean.getLengthBytes());
      assertEquals(numbers.free().freeBytes(), bean.getFreeBytes());
      assertEquals(numbers.logBytes(), bean.getLogBytes());
    }
    assertEquals(Set.of(), server.queryNames(all, null));
    ExtentPool.open(path(), options).close();
    assertEquals(Set.of(), server.queryNames(all, null));
  }

  @Test
  void tellsFlightRecorderWhatWaits() throws Exception {
    Path file = folder.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("io.pinaudit.allocator.*").withThreshold(Duration.ZERO);
      for (String event : List.of("PinOverdue", "PinWait", "FreeDeferred", "LogRewrite")) {
        recording.enable("io.pinaudit.allocator." + event).withThreshold(Duration.ZERO);
      }
      recording.start();
      CountDownLatch told = new CountDownLatch(1);
      PoolOptions options =
          PoolOptions.ofLength(MIB)
              .patience(Duration.ofMillis(20))
              .onLeak(pin -> told.countDown())
              .medium(ForwardingMedium::withoutForce);
      try (ExtentPool pool = ExtentPool.open(path(), options)) {
        Extent deferred = pool.allocate(4096);
        Pin first = deferred.pin("first");
        deferred.free();
        assertTrue(told.await(30, TimeUnit.SECONDS), "the first pin is told of");
        first.close();
        Extent waited = pool.allocate(4096);
        Pin second = waited.pin(PinOptions.named("second").policy(PinPolicy.WAIT));
        assertThrows(StillPinnedException.class, waited::free);
        second.close();
        while (pool.numbers().logRewrites() == 0) {
          deferred = pool.allocate(4096);
          deferred.commit("x".repeat(255));
          deferred.free();
        }
      }
      recording.dump(file);
    }
    Set<String> seen = new TreeSet<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      seen.add(event.getEventType().getName().replace("io.pinaudit.allocator.", ""));
    }
    assertTrue(
        seen.containsAll(List.of("PinOverdue", "PinWait", "FreeDeferred", "LogRewrite")),
        seen::toString);
  }
}
