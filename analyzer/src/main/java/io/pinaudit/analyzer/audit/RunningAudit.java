package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.rule.Findings;
import io.pinaudit.analyzer.rule.Predicted;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of one audit while events are fed to it, all at once or as they come.
 *
 * <p>Confined to one thread.
 */
final class RunningAudit {
  private static final int MOST_FAILURES = 1_000;

  // asm-generic/siginfo.h
  private static final int BUS_ADRERR = 2;
  private static final int BUS_MCEERR_AR = 4;

  /** What an audit judges, and by which rules. */
  record Judging(List<Rule> rules, Share share) {}

  private RunDescription run; // null if there is none
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
  private long lateEvents;
  private boolean pinsSeen;
  private long lossEvents;
  private long lost;
  private long unreadCalls;
  private JavaCall.Unread lastUnread;
  private final List<Failure> failures = new ArrayList<>();
  private final Clocks clocks = new Clocks();

  /**
   * A thread got the signal of a failed access.
   *
   * @param pid its process
   * @param audited whether the calls of its process are known
   */
  private record Failure(TraceEvent.AccessFailed event, int pid, boolean audited) {}

  /** Judges a whole run by some rules. */
  RunningAudit(RunDescription run, List<Rule> rules, Diagnostics diagnostics, Watcher[] watchers) {
    this(run, new Judging(rules, Share.ALL), diagnostics, watchers);
  }

  /** Judges a share of a run by some rules. */
  RunningAudit(RunDescription run, Judging judging, Diagnostics diagnostics, Watcher[] watchers) {
    this.rules = judging.rules();
    this.observing = rules.toArray(Rule[]::new);
    this.run = run;
    this.diagnostics = diagnostics;
    this.watchers = watchers;
    this.ledgers = new Ledgers(run, judging.share());
    this.activity = new Activity(run);
    this.startNanos = run == null ? 0 : run.startNanos();
  }

  /** Returns the state of the run at the last event. */
  Ledgers ledgers() {
    return ledgers;
  }

  /** Returns how many events of the kernel there were. */
  long kernelEvents() {
    return kernelEvents;
  }

  /** Returns in how many places the trace notes lost events. */
  long losses() {
    return lossEvents;
  }

  /** Replaces the description that the recorder wrote at the start of the run by its last one. */
  void describe(RunDescription last) {
    run = last;
    ledgers.sight().describe(last);
  }

  /**
   * Returns what was found so far: what has ended, and what lasts and began by a time.
   *
   * @param nanos that time, in nanoseconds of the timeline
   */
  List<Finding> findings(long nanos) {
    return Findings.of(rules, nanos, ledgers);
  }

  /** Returns an audit of what was judged so far, with some of the findings. */
  Audit soFar(List<Finding> some, long calls) {
    return new Audit(
        Inputs.ofRun(run),
        List.copyOf(some),
        Verdict.GOES_ON,
        ledgers,
        startNanos,
        endNanos,
        kernelEvents,
        calls,
        activity,
        diagnostics,
        List.of());
  }

  /**
   * Applies the rules to all events that a timeline has up to its horizon.
   *
   * @param judgedNanos the horizon of the last time: the kernel's events before it come too late
   */
  void feed(Timeline timeline, long judgedNanos) throws IOException {
    for (TraceEvent event = timeline.next(); event != null; event = timeline.next()) {
      Moment moment = ledgers.apply(event);
      if (!(event instanceof TraceEvent.SyscallEvent) && ledgers.concerns(event)) {
        for (Rule rule : observing) {
          rule.observe(moment, ledgers);
        }
      }
      activity.observe(moment, ledgers);
      for (Watcher watcher : watchers) {
        watcher.observe(moment, ledgers);
      }
      count(event);
      if (event instanceof TraceEvent.KernelEvent) {
        kernelEvents++;
        lateEvents += event.stamp().nanos() < judgedNanos ? 1 : 0;
      }
    }
  }

  /** Returns how many events of the kernel came after later ones had been judged. */
  long lateEvents() {
    return lateEvents;
  }

  private void count(TraceEvent event) {
    long nanos = event.stamp().nanos();
    firstNanos = Math.min(firstNanos, nanos);
    startNanos = run == null ? firstNanos : startNanos;
    endNanos = Math.max(endNanos, nanos);
    switch (event) {
      // The cases are tried in this order: these two are the commonest by far.
      case TraceEvent.SyscallEntered(Stamp stamp, Operation syscall) -> {
        clocks.entered(syscall, ledgers.actor(stamp));
        if (syscall.kind() == Operation.Kind.UNKNOWN) {
          diagnostics.unknown(syscall);
        }
      }
      case TraceEvent.SyscallLeft _ -> {}
      case TraceEvent.CallStarted(_, JavaCall call) -> {
        clocks.called(call);
        if (call.isUnknown()) {
          diagnostics.unknown(call.operation());
        }
        if (call.effect() instanceof JavaCall.Unread unread) {
          unreadCalls++;
          lastUnread = unread;
        }
      }
      case TraceEvent.CallFinished _ -> lastCallNanos = Math.max(lastCallNanos, nanos);
      case TraceEvent.EventsLost(_, _, _, long count) -> {
        lossEvents += count == TraceEvent.EventsLost.UNUSABLE ? 0 : 1;
        lost += Math.max(0, count);
      }
      case TraceEvent.PinTaken _ -> pinsSeen = true;
      case TraceEvent.AccessFailed failed -> {
        if (failures.size() < MOST_FAILURES) {
          boolean audited = ledgers.jvm(failed.tid()) != null;
          failures.add(new Failure(failed, ledgers.process(failed.tid()), audited));
        }
      }
      case TraceEvent.KernelEvent _ -> {}
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
    if (unreadCalls > 0) {
      trust.add(
          Gap.inCalls(
              "%,d calls could not be read, because a field has a word that this analyzer does not know, as %s \"%s\": the agent is newer"
                  .formatted(unreadCalls, lastUnread.field(), lastUnread.word())));
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
    failures.stream()
        .filter(failed -> failed.audited || isJvm(failed.pid))
        .forEach(failed -> trust.addSignal(fault(failed.event)));
    List<Finding> findings = Findings.of(rules, endNanos, ledgers);
    if (inputs.plan() != null && asked(rules)) {
      findings = Predicted.after(findings, inputs.plan(), startNanos);
    }
    for (Rule rule : rules) {
      rule.notes(startNanos, ledgers).forEach(text -> trust.add(Gap.nowhere(text)));
    }
    trust.judgeFaults(
        findings.stream().anyMatch(one -> one.hazard() == Hazard.TRUNCATED_BELOW_MAPPING));
    return new Audit(
        inputs,
        ToldNames.of(inputs).given(findings),
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

  /** Returns whether a process is a JVM of the command, if only one of which no call is known. */
  private boolean isJvm(int pid) {
    return run != null && run.jvms().stream().anyMatch(jvm -> jvm.pid() == pid);
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
