package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.jfr.JfrReader;
import io.pinaudit.analyzer.jfr.JfrRecording;
import io.pinaudit.analyzer.rule.Findings;
import io.pinaudit.analyzer.rule.Predicted;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The result of an audit.
 *
 * @param inputs the files that the audit read
 * @param findings in the order of the rules
 * @param verdict how much of the run was seen
 * @param ledgers names, devices and owners, for showing findings
 * @param startNanos first moment of the run, the zero of the report's times
 * @param endNanos last moment of the run that is known
 * @param kernelEvents kernel events read
 * @param javaCalls hooked calls read
 * @param activity the course of the whole run
 * @param diagnostics the pieces of the inputs that could not be read
 * @param faults accesses to mapped memory that failed
 */
public record Audit(
    Inputs inputs,
    List<Finding> findings,
    Verdict verdict,
    Ledgers ledgers,
    long startNanos,
    long endNanos,
    long kernelEvents,
    long javaCalls,
    Activity activity,
    Diagnostics diagnostics,
    List<Fault> faults) {
  /** Returns how long the run lasted, in nanoseconds; 0 if no time of the run is known. */
  public long durationNanos() {
    return Math.max(0, endNanos - startNanos);
  }

  /**
   * Returns a clause for people that says which clock the report's times are of, and how well they
   * can be compared.
   */
  public String clock() {
    String kernel =
        inputs.traces().isEmpty()
            ? ""
            : "; a kernel's text is rounded to microseconds: overlaps under "
                + Timeline.UNCERTAINTY_NANOS / 1_000
                + " µs are possible at most";
    return "all times are CLOCK_MONOTONIC" + kernel;
  }

  /**
   * Reads everything and applies every rule.
   *
   * @param watchers who look on meanwhile
   * @throws IOException if an input cannot be read at all
   */
  public static Audit of(Inputs inputs, Watcher... watchers) throws IOException {
    return of(inputs, Rules.all(), watchers);
  }

  /**
   * Reads everything and applies some rules.
   *
   * @param rules fresh ones, for this run alone
   * @param watchers who look on meanwhile
   * @throws IOException if an input cannot be read at all
   */
  public static Audit of(Inputs inputs, List<Rule> rules, Watcher... watchers) throws IOException {
    Trust trust = new Trust(inputs);
    trust.judgeLives(inputs);
    for (Path log : inputs.crashes()) {
      CrashLog.read(log).ifPresent(trust::add);
    }
    List<List<JavaCall>> calls = calls(inputs, trust);
    Diagnostics diagnostics = new Diagnostics();
    Session session = new Session(inputs.description(), rules, diagnostics, watchers);
    if (trust.withoutDax()) {
      session.ledgers.sight().jvmsSawNoDax();
    }
    if (trust.faulted()) {
      session.ledgers.sight().fault();
    }
    try (KernelTraces traces = new KernelTraces(inputs, diagnostics)) {
      session.feed(new Timeline(calls, traces.events()));
      if (session.kernelEvents == 0 && diagnostics.total() > 0) {
        throw noTrace(inputs.traces().getFirst(), diagnostics.shown().getFirst());
      }
      trust.judge(diagnostics);
      traces.readers().forEach(trust::judge);
    }
    return session.audit(inputs, trust, calls.stream().mapToLong(List::size).sum());
  }

  /**
   * Returns the exception for a trace that cannot be read, by the reader's first complaint, which
   * says why and where.
   *
   * @param complaint {@code file:line: error: text}
   */
  private static InputException noTrace(Path trace, String complaint) {
    Path folder = trace.getParent();
    int place = complaint.indexOf(": error: ");
    return new InputException(
        "%s%s: error: not a kernel trace: none of its lines is an event; here: %s"
            .formatted(
                folder == null ? "" : folder + "/",
                complaint.substring(0, place),
                complaint.substring(place + ": error: ".length())));
  }

  private static List<List<JavaCall>> calls(Inputs inputs, Trust trust) {
    List<List<JavaCall>> calls = new ArrayList<>();
    List<Path> files = new ArrayList<>(inputs.jfr());
    files.addAll(inputs.unfinished());
    Set<ByteBuffer> chunksRead = new HashSet<>();
    for (Path file : files) {
      JfrRecording recording = JfrReader.read(file, chunksRead);
      calls.add(recording.calls());
      recording.faults().forEach(trust::add);
      recording.full().forEach(trust::full);
      trust.mounts(recording.withoutDax());
      recording.problems().forEach(problem -> trust.add(Gap.inCalls(problem)));
    }
    return calls;
  }

  /** The state of one audit while events are fed to it. */
  private static final class Session {
    private static final int MOST_FAILURES = 1_000;

    // asm-generic/siginfo.h
    private static final int BUS_ADRERR = 2;
    private static final int BUS_MCEERR_AR = 4;

    private final RunDescription run;
    private final Diagnostics diagnostics;
    private final Watcher[] watchers;
    private final Ledgers ledgers;
    private final Activity activity;
    private final List<Rule> rules;
    private final Rule[] observing;
    private long startNanos;
    private long firstNanos = Long.MAX_VALUE;
    private long endNanos = Long.MIN_VALUE;
    private long lastCallNanos = Long.MIN_VALUE;
    private long kernelEvents;
    private boolean pinsSeen;
    private long lossEvents;
    private long lost;
    private final List<TraceEvent.AccessFailed> failures = new ArrayList<>();
    private final Clocks clocks = new Clocks();

    Session(RunDescription run, List<Rule> rules, Diagnostics diagnostics, Watcher[] watchers) {
      this.rules = rules;
      this.observing = rules.toArray(Rule[]::new);
      this.run = run;
      this.diagnostics = diagnostics;
      this.watchers = watchers;
      this.ledgers = new Ledgers(run);
      this.activity = new Activity(run);
      this.startNanos = run == null ? 0 : run.startNanos();
    }

    void feed(Timeline timeline) throws IOException {
      for (TraceEvent event = timeline.next(); event != null; event = timeline.next()) {
        Moment moment = ledgers.apply(event);
        if (!(event instanceof TraceEvent.SyscallEvent)) {
          for (Rule rule : observing) {
            rule.observe(moment, ledgers);
          }
        }
        activity.observe(moment, ledgers);
        for (Watcher watcher : watchers) {
          watcher.observe(moment, ledgers);
        }
        count(event);
      }
    }

    private void count(TraceEvent event) {
      long nanos = event.stamp().nanos();
      firstNanos = Math.min(firstNanos, nanos);
      startNanos = run == null ? firstNanos : startNanos;
      endNanos = Math.max(endNanos, nanos);
      switch (event) {
        case TraceEvent.SyscallEntered(Stamp stamp, Operation syscall) -> {
          kernelEvents++;
          clocks.entered(syscall, ledgers.actor(stamp));
          if (syscall.kind() == Operation.Kind.UNKNOWN) {
            diagnostics.unknown(syscall);
          }
        }
        case TraceEvent.SyscallLeft _ -> kernelEvents++;
        case TraceEvent.CallStarted(_, JavaCall call) -> {
          clocks.called(call);
          if (call.isUnknown()) {
            diagnostics.unknown(call.operation());
          }
        }
        case TraceEvent.CallFinished _ -> lastCallNanos = Math.max(lastCallNanos, nanos);
        case TraceEvent.EventsLost(_, _, _, long count) -> {
          lossEvents += count == TraceEvent.EventsLost.UNUSABLE ? 0 : 1;
          lost += Math.max(0, count);
        }
        case TraceEvent.PinTaken _ -> {
          kernelEvents++;
          pinsSeen = true;
        }
        case TraceEvent.AccessFailed failed -> {
          kernelEvents++;
          if (ledgers.jvm(failed.tid()) != null && failures.size() < MOST_FAILURES) {
            failures.add(failed);
          }
        }
        case TraceEvent.KernelEvent _ -> kernelEvents++;
      }
    }

    private static boolean asked(List<Rule> rules) {
      return rules.stream().anyMatch(rule -> rule.hazard() == Hazard.UNORDERED_CUT);
    }

    Audit audit(Inputs inputs, Trust trust, long calls) {
      if (clocks.differ()) {
        trust.add(
            Gap.nowhere(
                "perhaps the kernel trace is not in the JVM's clock: none of the system calls of"
                    + " the JVM's threads lies within their calls (trace_clock has to be mono)"));
      }
      boolean probesKnown = run != null && run.kernel() != null;
      if (!inputs.traces().isEmpty() && !probesKnown && !pinsSeen) {
        trust.add(
            Gap.inBlocks(
                "no pin is in the kernel trace: it may have been recorded without probes of them"));
      }
      if (lossEvents > 0) {
        trust.add(
            Gap.inKernel(
                "the trace notes %slost events in %,d places"
                    .formatted(lost > 0 ? "%,d ".formatted(lost) : "", lossEvents)));
      }
      ledgers
          .blocks()
          .inferred()
          .forEach(
              (device, frame) ->
                  trust.add(
                      Gap.inBlocks(
                          "device " + device + ": first page frame " + frame + " was inferred")));
      ledgers.finish(run);
      if (run != null) {
        trust.judgeTimes(run, firstNanos, endNanos);
        trust.judgeLastCall(run, lastCallNanos);
      }
      failures.forEach(failed -> trust.addSignal(fault(failed)));
      List<Finding> findings = Findings.of(rules, endNanos, ledgers);
      if (inputs.plan() != null && asked(rules)) {
        findings = Predicted.after(findings, inputs.plan(), startNanos);
      }
      trust.judgeFaults(
          findings.stream().anyMatch(one -> one.hazard() == Hazard.TRUNCATED_BELOW_MAPPING));
      return new Audit(
          inputs,
          findings,
          trust.verdict(rules, ledgers.sight()),
          ledgers,
          startNanos,
          Math.max(run == null ? startNanos : run.endNanos(), endNanos),
          kernelEvents,
          calls,
          activity,
          diagnostics,
          trust.faults());
    }

    /** Makes a fault of a signal, which the kernel sends on the thread that gets it. */
    private static Fault fault(TraceEvent.AccessFailed failed) {
      String why =
          switch (failed.code()) {
            case BUS_ADRERR -> "the file has no such page, or none could be had";
            case BUS_MCEERR_AR -> "the memory is broken";
            default -> "code " + failed.code();
          };
      return new Fault(failed.stamp(), "SIGBUS: " + why, List.of());
    }
  }
}
