package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.jfr.JfrRecording;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.timeline.Sight;
import io.pinaudit.analyzer.trace.CheckedTrace;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Collects the reasons for which a run cannot be called clean. */
final class Trust {
  private static final long TIME_TOLERANCE_NANOS = 30_000_000_000L;

  /** So many JVMs are named one by one. */
  private static final int MOST_JVMS = 5;

  private final List<Gap> gaps = new ArrayList<>();
  private long lastLifeNanos; // 0 if no JVM left a heartbeat
  private final Faults faults = new Faults();
  private final Set<String> full = new TreeSet<>();
  private int recordings;
  private int recordingsWithoutDax;
  private final long startNanos;
  private final boolean traced;
  private final boolean hooked;

  /**
   * Judges what there is beside the recordings: the description, which files there are, which JVMs
   * lived, and which of them died.
   */
  static Trust of(Inputs inputs) throws IOException {
    Trust trust = new Trust(inputs);
    trust.judgeLives(inputs);
    for (Path log : inputs.crashes()) {
      CrashLog.read(log).ifPresent(trust::add);
    }
    return trust;
  }

  /** Judges what the description says and which files there are. */
  private Trust(Inputs inputs) {
    RunDescription run = inputs.description();
    startNanos = run == null ? 0 : run.startNanos();
    traced = !inputs.traces().isEmpty();
    hooked = isHooked(inputs);
    if (run == null) {
      gaps.add(
          Gap.inKernel(
              "no run.json: probes, losses, devices and clocks are not known, only inferred"));
    } else {
      judgeDescription(run);
    }
    killedJvms(inputs).forEach(jvm -> gaps.add(Gap.inCalls(killed(jvm.getFileName().toString()))));
    if (!hooked) {
      gaps.add(Gap.inCalls("no JVM recording: lines of Java are not known"));
    }
    inputs.parts().forEach(part -> judgeTrace(part, Meanwhile.of(part, inputs.parts())));
  }

  private static boolean isHooked(Inputs inputs) {
    return !inputs.jfr().isEmpty() || !inputs.unfinished().isEmpty();
  }

  private void judgeDescription(RunDescription run) {
    if (run.endNanos() < 0) {
      gaps.add(Gap.inAll("the recorder did not finish: the end of the run is missing"));
    }
    run.mounts().stream().filter(Mount::dax).forEach(mount -> judgeMount(run, mount));
    unaudited(run.jvms().stream().filter(jvm -> !jvm.audited()).toList(), isKnownToRun(run));
  }

  /**
   * Returns whether JVMs without the agent are to be expected, and cannot fail unseen: those that a
   * recorded {@code java} starts, if the kernel's side tells of failed accesses.
   */
  private static boolean isKnownToRun(RunDescription run) {
    boolean seesFaults =
        run.kernel() != null
            && run.kernel().probes().stream()
                .anyMatch(probe -> probe.attached() && evidence(probe).contains(Evidence.FAULTS));
    return seesFaults
        && !run.command().isEmpty()
        && Path.of(run.command().getFirst()).endsWith("java");
  }

  private void unaudited(List<RunDescription.Jvm> jvms, boolean expected) {
    Function<String, Gap> gap = expected ? Gap::nowhere : Gap::inCalls;
    jvms.stream()
        .limit(MOST_JVMS)
        .map(
            jvm ->
                "JVM %d ran without the agent: its calls are missing (%s)"
                    .formatted(jvm.pid(), jvm.command()))
        .map(gap)
        .forEach(gaps::add);
    if (jvms.size() > MOST_JVMS) {
      gaps.add(
          gap.apply(
              "%d more JVMs ran without the agent: their calls are missing"
                  .formatted(jvms.size() - MOST_JVMS)));
    }
  }

  private void judgeMount(RunDescription run, Mount mount) {
    Optional<BlockDevice> device =
        run.devices().stream().filter(each -> each.number().equals(mount.number())).findFirst();
    if (device.isEmpty() || !device.get().joinable()) {
      gaps.add(
          Gap.inBlocks(
              "%s: blocks of device %s have no known page frames: %s"
                  .formatted(
                      mount.mountPoint(),
                      mount.number(),
                      device
                          .map(BlockDevice::obstacle)
                          .orElse("it was not there when the recording began"))));
    }
  }

  /** Returns JFR's folders of the JVMs that were killed, or have not ended. */
  private static Stream<Path> killedJvms(Inputs inputs) {
    return inputs.unfinished().stream().map(Path::getParent).distinct();
  }

  /**
   * Returns what is missing of a JVM. Its folder in JFR's repository ends with its process id:
   * {@code 2026_11_22_12_06_56_698}.
   */
  private static String killed(String folder) {
    String pid = folder.substring(folder.lastIndexOf('_') + 1);
    return "JVM " + pid + " was killed, or has not ended: its last calls are missing";
  }

  /**
   * Judges the kernel's side of one recording.
   *
   * @param others what recorders saw that were at work all the while: it is not missing
   */
  private void judgeTrace(Inputs inputs, Meanwhile others) {
    RunDescription run = inputs.description();
    if (inputs.traces().isEmpty()) {
      String why = run != null && run.kernelAbsent() != null ? run.kernelAbsent() : "no file";
      if (!others.traced()) {
        gaps.add(Gap.inKernel("no kernel trace (" + why + "): pins and frees are not known"));
      }
    } else if (run != null && run.kernel() == null) {
      gaps.add(Gap.inKernel("run.json does not describe the kernel trace"));
    } else if (run != null) {
      judgeProbes(run.kernel(), others);
      judgeSyscalls(inputs, run.kernel().syscallsFile());
    }
  }

  private void judgeSyscalls(Inputs inputs, String file) {
    if (file != null && inputs.traces().stream().noneMatch(trace -> trace.endsWith(file))) {
      gaps.add(
          new Gap(EnumSet.of(Evidence.SYSCALLS), file + " is missing: system calls are not known"));
    }
  }

  private void judgeProbes(KernelSide kernel, Meanwhile others) {
    if (!kernel.finished()) {
      gaps.add(Gap.inKernel("the recorder did not read the kernel trace to its end"));
    }
    kernel.probes().stream()
        .filter(probe -> !probe.attached() && !others.attached(probe.name()))
        .forEach(
            probe ->
                gaps.add(
                    gap(
                        probe,
                        "probe %s (%s) was not attached: %s"
                            .formatted(probe.name(), probe.evidence(), probe.reason()))));
    kernel.probes().stream()
        .filter(probe -> probe.missed() > 0)
        .forEach(
            probe ->
                gaps.add(
                    gap(probe, "probe " + probe.name() + " missed " + probe.missed() + " hits")));
    for (CpuStatistics cpu : kernel.cpus()) {
      if (cpu.lost() > 0) {
        gaps.add(Gap.inKernel("CPU " + cpu.cpu() + " lost " + cpu.lost() + " events"));
      }
    }
  }

  /** Makes the gap that a probe leaves. A probe whose evidence no rule needs leaves none. */
  private static Gap gap(KernelSide.ProbeState probe, String text) {
    return new Gap(evidence(probe), text);
  }

  private static Set<Evidence> evidence(KernelSide.ProbeState probe) {
    return Evidence.named(probe.evidence()).map(Set::of).orElse(Set.of());
  }

  void add(Gap gap) {
    gaps.add(gap);
  }

  /**
   * Judges the recording of a JVM: what it lacks, and which faults, mounts and full file systems it
   * names.
   */
  void judgeRecording(JfrRecording recording) {
    recording.faults().forEach(faults::error);
    full.addAll(recording.full());
    recordings++;
    recordingsWithoutDax += recording.withoutDax() ? 1 : 0;
    recording.problems().forEach(problem -> gaps.add(Gap.inCalls(problem)));
  }

  /** Tells what was seen of a run what the recordings of all JVMs say. */
  void tell(Sight sight) {
    if (recordings > 0 && recordings == recordingsWithoutDax) {
      sight.jvmsSawNoDax();
    }
    if (!faults.isEmpty()) {
      sight.fault();
    }
  }

  /** Adds a signal that a thread of a JVM got because its access to mapped memory failed. */
  void addSignal(Fault fault) {
    faults.signal(fault);
  }

  /** Returns the accesses to mapped memory that failed. */
  List<Fault> faults() {
    return faults.all();
  }

  /**
   * Adds a gap for each JVM that lived with the agent in it but left no recording, or lived longer
   * than its recording.
   */
  private void judgeLives(Inputs inputs) throws IOException {
    for (Path file : inputs.heartbeats()) {
      JvmLife life = JvmLife.read(file);
      lastLifeNanos = Math.max(lastLifeNanos, life.lastNanos());
      if (life.wentOnUnrecorded()) {
        gaps.add(Gap.inCalls(life.unrecorded(startNanos)));
      }
    }
    long recorded = inputs.jfr().size() + killedJvms(inputs).count();
    int lived = inputs.heartbeats().size();
    if (lived > recorded) {
      gaps.add(
          Gap.inCalls(
              lived == 1
                  ? "1 JVM lived with the agent in it, and left no recording: its calls are missing"
                  : "%d JVMs lived with the agent in them, and %s left a recording: the calls of the others are missing"
                      .formatted(lived, recorded == 0 ? "none" : Long.toString(recorded))));
    }
  }

  /** Adds what the log of a JVM that died says. */
  private void add(CrashLog log) {
    log.fault().ifPresent(faults::error);
    gaps.add(Gap.inCalls(log.text()));
  }

  /**
   * Adds what failed accesses mean for the run. A fault is a fact; if no cut explains it, something
   * was not seen.
   *
   * @param explained whether a file was seen to be cut below a mapping
   */
  void judgeFaults(boolean explained) {
    List<Fault> all = faults.all();
    if (!all.isEmpty()) {
      String text = faulted(all);
      gaps.add(
          explained
              ? Gap.nowhere(text)
              : Gap.inCuts(text + "; no file was seen to be cut below a mapping: " + cause()));
    }
  }

  private String cause() {
    return full.isEmpty()
        ? "somebody who was not seen did, or the disk is full below a sparse file, or cannot be"
            + " read"
        : "the file system of %s was full, where a store to a part of a file that has no blocks yet fails"
            .formatted(String.join(", of ", full));
  }

  private static String faulted(List<Fault> all) {
    Fault first = all.getFirst();
    String site = first.site().map(frame -> " at " + frame).orElse("");
    String times = all.size() == 1 ? "once" : "%,d times, first".formatted(all.size());
    return "a load or store of mapped memory failed %s in thread \"%s\"%s (%s: %s)"
        .formatted(times, first.stamp().task(), site, first.stamp().source(), first.what());
  }

  /** Adds a gap for lines that could not be used. */
  void judgeUnusable(Diagnostics diagnostics) {
    if (diagnostics.total() > 0) {
      gaps.add(
          Gap.inKernel("the kernel trace: " + diagnostics.total() + " lines could not be used"));
    }
  }

  /**
   * Judges what the reader noticed in a trace: its clock, the recorder's marks, and steps
   * backwards.
   */
  void judgeReader(CheckedTrace reader) {
    String trace = reader.name();
    if (reader.clockOffsetNanos() != 0) {
      gaps.add(
          Gap.nowhere(
              "%s: its clock was aligned by a marker of the trace: %+.6f s"
                  .formatted(trace, reader.clockOffsetNanos() / 1e9)));
    }
    judgeMarks(reader);
    if (reader.backwardSteps() > 0) {
      gaps.add(Gap.inKernel(trace + ": time goes backwards " + reader.backwardSteps() + " times"));
    }
  }

  private void judgeMarks(CheckedTrace reader) {
    if (reader.starts() == 0 && !reader.ended()) {
      gaps.add(
          Gap.inKernel(
              reader.name()
                  + ": the recorder's marks are missing: the trace is not ours, or cut off"));
      return;
    }
    if (reader.starts() == 0) {
      gaps.add(
          Gap.inKernel(
              "%s begins at +%.1f s: what was before was dropped, as --keep and --max-size ask, or is missing"
                  .formatted(reader.name(), (reader.firstNanos() - startNanos) / 1e9)));
    } else if (reader.starts() != 1) {
      gaps.add(
          Gap.inKernel(
              "%s: the recorder's first mark is there %d times, expected once"
                  .formatted(reader.name(), reader.starts())));
    }
    if (!reader.ended()) {
      gaps.add(
          Gap.inKernel(
              reader.name() + ": the recorder's last mark is missing: the trace is cut off"));
    }
  }

  /** Recordings of another run have other times, but for those of another boot at the same age. */
  void judgeTimes(RunDescription run, long firstNanos, long lastNanos) {
    boolean late = run.endNanos() >= 0 && lastNanos > run.endNanos() + TIME_TOLERANCE_NANOS;
    if (firstNanos < run.startNanos() - TIME_TOLERANCE_NANOS || late) {
      gaps.add(
          Gap.inAll(
              "the recordings hold times outside those of run.json: files of different runs?"));
    }
  }

  /**
   * Adds a gap if a JVM lived after the recorder had ended, by its calls or its heartbeat. A daemon
   * may outlive the command that was recorded.
   */
  void judgeLastCall(RunDescription run, long lastCallNanos) {
    long lastNanos = Math.max(lastCallNanos, lastLifeNanos);
    if (run.endNanos() >= 0 && lastNanos > run.endNanos()) {
      gaps.add(
          Gap.inKernel(
              "a JVM went on for %.3f s after the recorder had ended: what the kernel did then is"
                      .formatted((lastNanos - run.endNanos()) / 1e9)
                  + " not known"));
    }
  }

  /** Returns how far each rule could be applied, and what follows for the run. */
  Verdict verdict(List<Rule> rules, Sight sight) {
    Set<Evidence> available = EnumSet.noneOf(Evidence.class);
    if (traced) {
      available.addAll(sight.kernelEvidence());
    }
    if (hooked) {
      available.add(Evidence.CALLS);
    }
    return new Application(gaps, available).verdict(rules, sight);
  }
}
