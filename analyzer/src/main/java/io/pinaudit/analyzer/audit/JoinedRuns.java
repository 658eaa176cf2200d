package io.pinaudit.analyzer.audit;

import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Describes several recordings of one boot as if one recorder had made them all: what one of them
 * knows of a device, a mount or a file holds for all, since all saw one kernel.
 */
final class JoinedRuns {
  private final List<RunDescription> runs;

  private JoinedRuns(List<RunDescription> runs) {
    this.runs = runs;
  }

  /**
   * Joins descriptions, ordered by their start.
   *
   * @param runs at least one, all of one boot
   */
  static RunDescription of(List<RunDescription> runs) {
    return new JoinedRuns(runs).joined();
  }

  private RunDescription joined() {
    RunDescription first = runs.getFirst();
    KernelSide kernel = kernel();
    return new RunDescription(
        first.toolVersion(),
        first.kernelRelease(),
        first.bootId(),
        runs.stream().mapToLong(RunDescription::startNanos).min().orElseThrow(),
        endNanos(),
        first.command(),
        first.exitStatus(),
        kernel,
        kernel == null ? first.kernelAbsent() : null,
        devices(),
        all(RunDescription::mounts),
        List.copyOf(files().values()),
        all(RunDescription::kernelWarnings),
        all(RunDescription::users),
        all(RunDescription::jvms),
        first.origin());
  }

  /** Returns the end of the joined run; unknown if the end of one recording is. */
  private long endNanos() {
    return runs.stream().anyMatch(run -> run.endNanos() < 0)
        ? -1
        : runs.stream().mapToLong(RunDescription::endNanos).max().orElseThrow();
  }

  private <T> List<T> all(Function<RunDescription, List<T>> what) {
    return runs.stream().flatMap(run -> what.apply(run).stream()).distinct().toList();
  }

  /**
   * Returns the devices of all recordings. Only root learns where a device's memory lies, so the
   * recording that knows it is believed.
   */
  private List<BlockDevice> devices() {
    Map<DeviceNumber, BlockDevice> devices = new LinkedHashMap<>();
    runs.forEach(
        run ->
            run.devices()
                .forEach(
                    device ->
                        devices.merge(
                            device.number(),
                            device,
                            (known, other) ->
                                !known.joinable() && other.joinable() ? other : known)));
    return List.copyOf(devices.values());
  }

  /** Returns the last name of each inode, as the recording that ended last has it. */
  private Map<List<Object>, RunDescription.FileName> files() {
    Map<List<Object>, RunDescription.FileName> files = new LinkedHashMap<>();
    runs.stream()
        .sorted((a, b) -> Long.compare(a.endNanos(), b.endNanos()))
        .flatMap(run -> run.files().stream())
        .forEach(file -> files.put(List.of(file.device(), file.inode()), file));
    return files;
  }

  private KernelSide kernel() {
    List<KernelSide> sides =
        runs.stream().map(RunDescription::kernel).filter(Objects::nonNull).toList();
    if (sides.size() < 2) {
      return sides.isEmpty() ? null : sides.getFirst();
    }
    KernelSide first = sides.getFirst();
    return new KernelSide(
        first.traceFile(),
        null,
        first.probeSet(),
        first.constants(),
        first.vmemmapBase(),
        first.pageStructBytes(),
        first.pageSizeBytes(),
        probes(sides),
        cpus(sides),
        first.clockAheadNanos(),
        sides.stream().allMatch(KernelSide::finished));
  }

  /**
   * Joins the states of probes: a probe is attached if one recorder had it, and what any recorder
   * missed counts as missed.
   */
  private static List<KernelSide.ProbeState> probes(List<KernelSide> sides) {
    Map<String, KernelSide.ProbeState> probes = new LinkedHashMap<>();
    sides.forEach(
        side ->
            side.probes().forEach(probe -> probes.merge(probe.name(), probe, JoinedRuns::both)));
    return List.copyOf(probes.values());
  }

  private static KernelSide.ProbeState both(KernelSide.ProbeState a, KernelSide.ProbeState b) {
    boolean uncounted =
        a.missed() == KernelSide.ProbeState.UNCOUNTED
            || b.missed() == KernelSide.ProbeState.UNCOUNTED;
    return new KernelSide.ProbeState(
        a.name(),
        a.evidence(),
        a.attached() || b.attached() ? null : a.reason(),
        uncounted ? KernelSide.ProbeState.UNCOUNTED : a.missed() + b.missed());
  }

  private static List<CpuStatistics> cpus(List<KernelSide> sides) {
    List<CpuStatistics> all = new ArrayList<>();
    sides.forEach(side -> all.addAll(side.cpus()));
    return List.copyOf(all);
  }
}
