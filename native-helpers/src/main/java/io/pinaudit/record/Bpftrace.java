package io.pinaudit.record;

import io.pinaudit.linux.KernelMemory;
import io.pinaudit.linux.event.EventFormat;
import io.pinaudit.probe.Placeholders;
import io.pinaudit.probe.Probe;
import io.pinaudit.probe.ProbeSet;
import io.pinaudit.probe.ProbeTargets;
import io.pinaudit.probe.Scope;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.KernelSide;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The bpftrace of this machine, and the program for it that sees what a probe set asks for.
 *
 * @param version of the installed program
 */
public record Bpftrace(BpftraceVersion version) {
  private static final long PATIENCE_SECONDS = 60;

  /**
   * A program for the running kernel.
   *
   * @param set what it sees
   * @param script bpftrace source
   * @param probes which probes it has, and why it lacks the others
   * @param placeholders what was filled in
   */
  record Program(
      ProbeSet set, String script, List<KernelSide.ProbeState> probes, Placeholders placeholders) {}

  /**
   * Returns the installed bpftrace.
   *
   * @throws IOException if there is none or it does not run; the message says why
   */
  public static Bpftrace find() throws IOException {
    try {
      Process process =
          new ProcessBuilder("bpftrace", "--version").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("bpftrace --version: " + output.lines().findFirst().orElse("failed"));
      }
      return new Bpftrace(BpftraceVersion.parse(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking bpftrace for its version", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Returns whether only bpftrace can count the references of a page that leaves its file: where no
   * block of a device is a page there is none to count.
   *
   * @param devices the machine's block devices
   */
  public static boolean isWanted(List<BlockDevice> devices) throws IOException {
    if (devices.stream().noneMatch(BlockDevice::joinable)) {
      return false;
    }
    ProbeTargets targets = Tracefs.find().targets();
    return ProbeSet.choose(targets).wantsBpftrace(targets);
  }

  /**
   * Returns the program's source, for printing. It is valid until the next boot of this kernel.
   *
   * @param devices the machine's block devices
   */
  public String script(List<BlockDevice> devices) throws IOException {
    return program(devices, 0, Scope.WHOLE).script();
  }

  /**
   * Writes the program.
   *
   * @param firstThread its system calls, and those of the threads and processes that it starts from
   *     then on, are printed; 0 prints everybody's
   * @param scope which probes it has
   */
  Program program(List<BlockDevice> devices, int firstThread, Scope scope) throws IOException {
    Tracefs tracefs = Tracefs.find();
    ProbeTargets targets = tracefs.targets();
    Set<String> symbols = targets.functions();
    ProbeSet set = ProbeSet.choose(targets);
    Placeholders placeholders =
        Placeholders.of(set, devices, KernelMemory.variable("vmemmap_base").orElse(0));
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    BpftraceScript script =
        new BpftraceScript(version, release, set.name(), placeholders.vmemmapBase())
            .hazards(scope == Scope.HAZARDS)
            .frame(firstThread);
    List<KernelSide.ProbeState> probes = new ArrayList<>();
    for (Probe probe : set.recorded(targets, scope)) {
      if (probe instanceof Probe.Tracepoint tracepoint && tracepoint.everybodys()) {
        continue; // One trace has one event of a system call; kernels with bpftrace have cut-calls.
      }
      String missing = add(probe, script, placeholders, symbols, tracefs);
      probes.add(
          new KernelSide.ProbeState(
              probe.name(),
              probe.evidence().probeName(),
              missing,
              KernelSide.ProbeState.UNCOUNTED));
    }
    return new Program(set, script.toString(), probes, placeholders);
  }

  /** Returns why the probe cannot be had, or null. */
  private static String add(
      Probe probe,
      BpftraceScript script,
      Placeholders placeholders,
      Set<String> symbols,
      Tracefs tracefs) {
    try {
      String filter = placeholders.filter(probe.filter());
      switch (probe) {
        case Probe.Function function -> {
          if (!symbols.contains(function.symbol())) {
            return "this kernel has no function " + function.symbol();
          }
          script.add(function, placeholders.arguments(function.arguments()), filter);
        }
        case Probe.Tracepoint tracepoint -> {
          Path format =
              tracefs
                  .root()
                  .resolve("events")
                  .resolve(tracepoint.group())
                  .resolve(tracepoint.name())
                  .resolve("format");
          if (!Files.exists(format)) {
            return "this kernel has no such event, or its module is not loaded";
          }
          if (tracepoint.group().equals(BpftraceScript.SYSCALLS) && filter.isEmpty()) {
            script.addSyscall(tracepoint);
          } else {
            script.add(tracepoint, EventFormat.parse(Files.readString(format)), filter);
          }
        }
      }
      return null;
    } catch (IOException | IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
