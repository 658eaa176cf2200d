package io.pinaudit.analyzer.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How a run is split: each frame is in one share, and what cannot be told apart is not split. */
class ShareTest {
  private static final long MIB = 1 << 20;

  private static BlockDevice device(int minor, long startMib, long mib) {
    return new BlockDevice(
        "pmem" + minor,
        new DeviceNumber(259, minor),
        BlockDevice.Kind.PMEM_RAW,
        startMib < 0 ? -1 : startMib * MIB,
        mib * MIB,
        startMib < 0 ? "of two" : null);
  }

  private static Mount mount(int minor, boolean dax) {
    return new Mount("/mnt/" + minor, "ext4", new DeviceNumber(259, minor), dax, 4096, null);
  }

  private static RunDescription run(
      List<BlockDevice> devices, List<Mount> mounts, boolean busyPages) {
    KernelSide.ProbeState probe =
        new KernelSide.ProbeState("layout_busy_page", "waits", busyPages ? null : "not here", 0);
    KernelSide kernel =
        new KernelSide("", null, "", Map.of(), 0, 64, 4096, List.of(probe), List.of(), 0, true);
    return new RunDescription(
        "",
        "6.1",
        "",
        0,
        0,
        List.of(),
        0,
        kernel,
        null,
        devices,
        mounts,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Origin.UNKNOWN);
  }

  @Test
  void putsEachFrameInOneShare() {
    List<BlockDevice> devices = List.of(device(1, 512, 128), device(0, 64, 128));
    List<Share> shares = Share.of(List.of(Share.frames(run(devices, List.of(), true))));
    assertEquals(3, shares.size());
    assertEquals(1, shares.stream().filter(Share::judgesCalls).count());
    LongStream.of(0, 64 * 256 - 1, 64 * 256, 192 * 256 - 1, 192 * 256, 512 * 256, 1L << 40)
        .forEach(
            frame ->
                assertEquals(1, shares.stream().filter(one -> one.has(frame)).count(), "" + frame));
    assertTrue(shares.getFirst().has(0));
    assertTrue(shares.get(1).has(64 * 256));
    assertFalse(shares.get(1).has(512 * 256));
  }

  @Test
  void keepsADeviceAndItsPartitionsTogether() {
    List<BlockDevice> devices =
        List.of(device(0, 64, 128), device(1, 65, 10), device(2, 100, 92), device(3, 192, 10));
    assertEquals(
        List.of(new PageRange(64 * 256, 128 * 256), new PageRange(192 * 256, 10 * 256)),
        Share.frames(run(devices, List.of(), true)));
  }

  @Test
  void joinsWhatTwoRecordersKnow() {
    List<PageRange> first = Share.frames(run(List.of(device(0, 64, 64)), List.of(), true));
    List<PageRange> both =
        Share.frames(run(List.of(device(0, 64, 64), device(1, 96, 64)), List.of(), true));
    assertEquals(2, Share.of(List.of(first, both)).size());
    assertEquals(List.of(Share.ALL), Share.of(List.of(first, List.of())));
    assertEquals(List.of(Share.ALL), Share.of(List.of()));
  }

  @Test
  void doesNotSplitWhatCannotBeToldApart() {
    List<BlockDevice> known = List.of(device(0, 64, 64));
    assertFalse(Share.frames(run(known, List.of(mount(0, true)), true)).isEmpty());
    assertTrue(Share.frames(run(known, List.of(mount(0, true)), false)).isEmpty());
    List<BlockDevice> unknown = List.of(device(0, 64, 64), device(1, -1, 64));
    assertTrue(Share.frames(run(unknown, List.of(mount(1, true)), true)).isEmpty());
    assertFalse(Share.frames(run(unknown, List.of(mount(1, false)), true)).isEmpty());
    assertTrue(Share.frames(run(known, List.of(mount(7, true)), true)).isEmpty());
  }
}
