package io.pinaudit.record;

import io.pinaudit.probe.Scope;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.TraceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link KernelTracer} is to record.
 *
 * @param directory the run directory
 * @param devices the machine's block devices: pins, frees and allocations are recorded for those
 *     whose blocks are page frames; for all devices if there are none of these
 * @param bufferKilobytesPerCpu size of the kernel's buffer for each CPU
 * @param followed whose system calls are recorded
 * @param recorder what records
 * @param format how tracefs's recorder writes; of no meaning for others
 * @param scope how much of the kernel's side is recorded
 * @param retention how much of the pages of tracefs is kept; text is kept whole
 */
public record TracerOptions(
    Path directory,
    List<BlockDevice> devices,
    int bufferKilobytesPerCpu,
    Followed followed,
    KernelTracer.Kind recorder,
    TraceFormat format,
    Scope scope,
    Retention retention) {
  private static final int MOST_KILOBYTES = 32 << 10;
  private static final int LEAST_KILOBYTES = 1 << 10;
  private static final int PART_OF_MEMORY = 32;

  /** Returns the same options with another scope. */
  public TracerOptions within(Scope other) {
    return new TracerOptions(
        directory, devices, bufferKilobytesPerCpu, followed, recorder, format, other, retention);
  }

  /** Makes options with the usual buffer; only system calls of started processes are recorded. */
  public static TracerOptions usual(Path directory, List<BlockDevice> devices) throws IOException {
    return new TracerOptions(
        directory,
        devices,
        usualBufferKilobytes(),
        new Followed.Children(),
        KernelTracer.Kind.AUTO,
        TraceFormat.RAW,
        Scope.WHOLE,
        Retention.ALL);
  }

  /**
   * Returns the size of each of the two buffers of a CPU: as large as possible within a 32nd of the
   * machine's memory for all of them, but at least 1 MiB and at most 32 MiB (about 600,000 events).
   */
  public static int usualBufferKilobytes() throws IOException {
    int cpus = Runtime.getRuntime().availableProcessors();
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .mapToInt(line -> bufferKilobytes(Long.parseLong(line.replaceAll("\\D", "")), cpus))
          .findFirst()
          .orElse(LEAST_KILOBYTES);
    }
  }

  static int bufferKilobytes(long memoryKilobytes, int cpus) {
    return Math.clamp(memoryKilobytes / PART_OF_MEMORY / cpus / 2, LEAST_KILOBYTES, MOST_KILOBYTES);
  }
}
