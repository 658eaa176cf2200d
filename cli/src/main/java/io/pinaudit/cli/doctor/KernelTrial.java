package io.pinaudit.cli.doctor;

import io.pinaudit.record.Bpftrace;
import io.pinaudit.record.KernelTracer;
import io.pinaudit.record.TracefsTracer;
import io.pinaudit.record.TracerOptions;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.KernelSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A trial recording, which is started and discarded. The probes that attach in it will attach in an
 * audit.
 *
 * @param kernel what it recorded of the kernel; empty if it could not start
 * @param reason why it could not start
 * @param hazards what would record hazards alone, in words
 */
record KernelTrial(Optional<KernelSide> kernel, String reason, Hazards hazards) {
  /**
   * What would record with {@code --kernel-side hazards}.
   *
   * @param whole whether it sees all that this kernel can show
   * @param text a clause for people
   */
  record Hazards(boolean whole, String text) {
    private static Hazards of(List<BlockDevice> devices) {
      try {
        if (!Bpftrace.isWanted(devices)) {
          return new Hazards(true, "tracefs");
        }
        return new Hazards(true, "bpftrace " + Bpftrace.find().version());
      } catch (IOException e) {
        return new Hazards(
            false, "tracefs, without the counts of pages that leave a DAX file: " + e.getMessage());
      }
    }
  }

  static KernelTrial of(List<BlockDevice> devices) throws IOException {
    Path scratch = Files.createTempDirectory("pinaudit-doctor");
    try (KernelTracer tracer = TracefsTracer.start(TracerOptions.usual(scratch, devices))) {
      return new KernelTrial(Optional.of(tracer.describe()), "", Hazards.of(devices));
    } catch (IOException e) {
      return new KernelTrial(Optional.empty(), e.getMessage(), new Hazards(false, "nothing"));
    } finally {
      delete(scratch);
    }
  }

  private static void delete(Path scratch) throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }
}
