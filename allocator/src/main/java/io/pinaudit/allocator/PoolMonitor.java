package io.pinaudit.allocator;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Shows the numbers of one pool in the platform's MBean server, from its opening until its close.
 */
record PoolMonitor(Supplier<PoolNumbers> numbers) implements ExtentPoolMXBean {
  /** Returns what takes it away again. */
  static Runnable register(Path path, Supplier<PoolNumbers> numbers) {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName name =
          new ObjectName(
              "io.pinaudit.allocator:type=ExtentPool,path="
                  + ObjectName.quote(path.toAbsolutePath().toString()));
      server.registerMBean(new PoolMonitor(numbers), name);
      return () -> unregister(server, name);
    } catch (JMException e) {
      throw new IllegalStateException("the numbers of pool " + path + " cannot be registered", e);
    }
  }

  private static void unregister(MBeanServer server, ObjectName name) {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      // Somebody else has removed it.
    } catch (JMException e) {
      throw new IllegalStateException(name + " cannot be unregistered", e);
    }
  }

  @Override
  public long getLengthBytes() {
    return numbers.get().lengthBytes();
  }

  @Override
  public long getFreeBytes() {
    return numbers.get().free().freeBytes();
  }

  @Override
  public long getLargestFreeRunBytes() {
    return numbers.get().free().largestRunBytes();
  }

  @Override
  public long getFreeRuns() {
    return numbers.get().free().freeRuns();
  }

  @Override
  public long getDeferredBytes() {
    return numbers.get().deferredBytes();
  }

  @Override
  public long getCommittedExtents() {
    return numbers.get().committedExtents();
  }

  @Override
  public long getLogBytes() {
    return numbers.get().logBytes();
  }

  @Override
  public long getLogCapacityBytes() {
    return numbers.get().logCapacityBytes();
  }

  @Override
  public long getLogRewrites() {
    return numbers.get().logRewrites();
  }
}
