package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.timeline.Evidence;
import io.pinaudit.analyzer.trace.CheckedTrace;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects the reasons for which a run cannot be called clean. */
final class Trust {
  private static final long TIME_TOLERANCE_NANOS = 30_000_000_000L;

  private final List<String> reasons = new ArrayList<>();
  private final Set<Evidence> available = EnumSet.noneOf(Evidence.class);

  /** Judges what the description says and which files there are. */
  Trust(Inputs inputs) {
    RunDescription run = inputs.description();
    if (run == null) {
      reasons.add("no run.json: probes, losses, devices and clocks are not known, only inferred");
    } else {
      judge(run);
    }
    inputs.unfinished().stream()
        .map(Path::getParent)
        .distinct()
        .forEach(jvm -> reasons.add(killed(jvm.getFileName().toString())));
    if (inputs.jfr().isEmpty() && inputs.unfinished().isEmpty()) {
      reasons.add("no JVM recording: lines of Java are not known");
    } else {
      available.add(Evidence.CALLS);
    }
    judgeTrace(inputs, run);
  }

  private void judge(RunDescription run) {
    if (run.endNanos() < 0) {
      reasons.add("the recorder did not finish: the end of the run is missing");
    }
    run.mounts().stream().filter(Mount::dax).forEach(mount -> judge(run, mount));
  }

  private void judge(RunDescription run, Mount mount) {
    Optional<BlockDevice> device =
        run.devices().stream().filter(each -> each.number().equals(mount.number())).findFirst();
    if (device.isEmpty() || !device.get().joinable()) {
      reasons.add(
          "%s: blocks of device %s have no known page frames: %s"
              .formatted(
                  mount.mountPoint(),
                  mount.number(),
                  device
                      .map(BlockDevice::obstacle)
                      .orElse("it was not there when the recording began")));
    }
  }

  /** JFR's folder of one JVM: {@code 2026_11_22_12_06_56_698}, with the process id at its end. */
  private static String killed(String folder) {
    String pid = folder.substring(folder.lastIndexOf('_') + 1);
    return "JVM " + pid + " was killed, or has not ended: its last calls are missing";
  }

  private void judgeTrace(Inputs inputs, RunDescription run) {
    if (inputs.traces().isEmpty()) {
      String why = run != null && run.kernelAbsent() != null ? run.kernelAbsent() : "no file";
      reasons.add("no kernel trace (" + why + "): pins and frees are not known");
    } else if (run == null || run.kernel() == null) {
      if (run != null) {
        reasons.add("run.json does not describe the kernel trace");
      }
      available.addAll(EnumSet.complementOf(EnumSet.of(Evidence.CALLS)));
    } else {
      judge(run.kernel());
      judgeSyscalls(inputs, run.kernel().syscallsFile());
    }
  }

  private void judgeSyscalls(Inputs inputs, String file) {
    if (file != null && inputs.traces().stream().noneMatch(trace -> trace.endsWith(file))) {
      reasons.add(file + " is missing: system calls are not known");
    }
  }

  private void judge(KernelSide kernel) {
    if (!kernel.finished()) {
      reasons.add("the recorder did not read the kernel trace to its end");
    }
    available.addAll(Evidence.of(kernel));
    kernel.probes().stream()
        .filter(probe -> !probe.attached())
        .forEach(
            probe ->
                reasons.add(
                    "probe %s (%s) was not attached: %s"
                        .formatted(probe.name(), probe.evidence(), probe.reason())));
    kernel.probes().stream()
        .filter(probe -> probe.missed() > 0)
        .forEach(
            probe -> reasons.add("probe " + probe.name() + " missed " + probe.missed() + " hits"));
    for (CpuStatistics cpu : kernel.cpus()) {
      if (cpu.lost() > 0) {
        reasons.add("CPU " + cpu.cpu() + " lost " + cpu.lost() + " events");
      }
    }
  }

  void add(String reason) {
    reasons.add(reason);
  }

  /** What could not be read. */
  void judge(Diagnostics diagnostics) {
    if (diagnostics.total() > 0) {
      reasons.add("the kernel trace: " + diagnostics.total() + " lines could not be used");
    }
  }

  /** The reader's own view of a trace. */
  void judge(CheckedTrace reader) {
    String trace = reader.name();
    if (reader.clockOffsetNanos() != 0) {
      reasons.add(
          "%s: its clock was aligned by a marker of the trace: %+.6f s"
              .formatted(trace, reader.clockOffsetNanos() / 1e9));
    }
    judgeMarks(reader);
    if (reader.backwardSteps() > 0) {
      reasons.add(trace + ": time goes backwards " + reader.backwardSteps() + " times");
    }
  }

  private void judgeMarks(CheckedTrace reader) {
    if (reader.starts() == 0 && !reader.ended()) {
      reasons.add(
          reader.name() + ": the recorder's marks are missing: the trace is not ours, or cut off");
      return;
    }
    if (reader.starts() != 1) {
      reasons.add(
          "%s: the recorder's first mark is there %d times, expected once"
              .formatted(reader.name(), reader.starts()));
    }
    if (!reader.ended()) {
      reasons.add(reader.name() + ": the recorder's last mark is missing: the trace is cut off");
    }
  }

  /** Recordings of another run have other times, but for those of another boot at the same age. */
  void judgeTimes(RunDescription run, long firstNanos, long lastNanos) {
    boolean late = run.endNanos() >= 0 && lastNanos > run.endNanos() + TIME_TOLERANCE_NANOS;
    if (firstNanos < run.startNanos() - TIME_TOLERANCE_NANOS || late) {
      reasons.add("the recordings hold times outside those of run.json: files of different runs?");
    }
  }

  Verdict verdict(List<Rule> rules) {
    Map<Hazard, Set<Evidence>> missing =
        rules.stream()
            .filter(rule -> rule.needs().stream().noneMatch(available::containsAll))
            .collect(
                Collectors.toMap(
                    Rule::hazard, this::missing, (a, _) -> a, () -> new EnumMap<>(Hazard.class)));
    Verdict.Completeness completeness =
        missing.size() == rules.size()
            ? Verdict.Completeness.INCONCLUSIVE
            : reasons.isEmpty() && missing.isEmpty()
                ? Verdict.Completeness.COMPLETE
                : Verdict.Completeness.PARTIAL;
    return new Verdict(completeness, List.copyOf(reasons), missing);
  }

  /** Of the best evidence. */
  private Set<Evidence> missing(Rule rule) {
    Set<Evidence> missing = EnumSet.copyOf(rule.needs().getFirst());
    missing.removeAll(available);
    return missing;
  }
}
