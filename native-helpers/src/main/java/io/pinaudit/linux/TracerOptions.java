package io.pinaudit.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a {@link KernelTracer} is to record.
 *
 * @param directory the run directory
 * @param devices the machine's block devices: pins, frees and allocations are recorded for those
 *     whose blocks are page frames; for all devices if there are none of these
 * @param bufferKilobytesPerCpu size of the kernel's buffer for each CPU
 * @param allProcesses whether to record the system calls of all processes instead of the followed
 *     ones
 */
public record TracerOptions(
    Path directory, List<BlockDevice> devices, int bufferKilobytesPerCpu, boolean allProcesses) {
  private static final Comparator<BlockDevice> BY_START =
      Comparator.comparingLong(BlockDevice::dataStartBytes)
          .thenComparing(BlockDevice::sizeBytes, Comparator.reverseOrder());

  /** A burst of about 60,000 events before any is read. */
  public static final int USUAL_BUFFER_KILOBYTES = 8192;

  /** With the usual buffer, and the system calls of followed processes only. */
  public static TracerOptions usual(Path directory, List<BlockDevice> devices) {
    return new TracerOptions(directory, devices, USUAL_BUFFER_KILOBYTES, false);
  }

  /** The devices whose blocks are page frames. */
  List<BlockDevice> joinable() {
    return devices.stream().filter(BlockDevice::joinable).toList();
  }

  /** Of these, the ones that are no part of another: disks rather than their partitions. */
  List<BlockDevice> largestJoinable() {
    List<BlockDevice> largest = new ArrayList<>();
    long endBytes = 0;
    for (BlockDevice device : joinable().stream().sorted(BY_START).toList()) {
      if (device.endBytes() > endBytes) {
        largest.add(device);
        endBytes = device.endBytes();
      }
    }
    return largest;
  }
}
