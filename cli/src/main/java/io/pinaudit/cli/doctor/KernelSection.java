package io.pinaudit.cli.doctor;

import io.pinaudit.run.KernelSide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports which probes a trial recording of the kernel attached. */
final class KernelSection implements Section {
  private final KernelTrial trial;

  KernelSection(KernelTrial trial) {
    this.trial = trial;
  }

  @Override
  public String title() {
    return "Kernel";
  }

  @Override
  public List<Check> checks() throws IOException {
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    if (trial.kernel().isEmpty()) {
      return List.of(
          Check.missing(
              "kernel "
                  + release
                  + " cannot be traced: "
                  + trial.reason()
                  + "; the JVM's side can"));
    }
    KernelSide kernel = trial.kernel().get();
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.ok("kernel " + release + " can be traced: tracefs, into instances of our own"));
    checks.add(Check.ok("the trace's clock is CLOCK_MONOTONIC, as System.nanoTime's"));
    checks.add(probeSet(kernel));
    checks.add(pageStructs(kernel));
    String hazards = "with --kernel-side hazards, what records is " + trial.hazards().text();
    checks.add(trial.hazards().whole() ? Check.ok(hazards) : Check.missing(hazards));
    checks.addAll(attached(kernel));
    kernel.probes().stream()
        .filter(probe -> !probe.attached())
        .map(KernelSection::notAttached)
        .forEach(checks::add);
    return checks;
  }

  private static Check probeSet(KernelSide kernel) {
    String text = "probe set " + kernel.probeSet();
    return kernel.probeSet().equals("tracepoints")
        ? Check.missing(
            text
                + ": this kernel has no kprobes, or none of the functions through which pins go:"
                + " pins are not seen")
        : Check.ok(text + ", chosen by the functions that this kernel has");
  }

  private static Check pageStructs(KernelSide kernel) {
    return kernel.vmemmapBase() == 0
        ? Check.missing("page structs cannot be turned into page frames: vmemmap_base is not told")
        : Check.ok(
            "page structs of %d bytes from 0x%x"
                .formatted(kernel.pageStructBytes(), kernel.vmemmapBase()));
  }

  /** Returns one line for each kind of evidence, in the order of the probe set. */
  private static List<Check> attached(KernelSide kernel) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    kernel.probes().stream()
        .filter(KernelSide.ProbeState::attached)
        .forEach(
            probe ->
                names.computeIfAbsent(probe.evidence(), _ -> new ArrayList<>()).add(probe.name()));
    return names.entrySet().stream()
        .map(
            evidence ->
                Check.ok(
                    "probes for %s: %s"
                        .formatted(evidence.getKey(), String.join(" ", evidence.getValue()))))
        .toList();
  }

  private static Check notAttached(KernelSide.ProbeState probe) {
    return Check.missing(
        "probe for %s: %s: %s".formatted(probe.evidence(), probe.name(), probe.reason()));
  }
}
