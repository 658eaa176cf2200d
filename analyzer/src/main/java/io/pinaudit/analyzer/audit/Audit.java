package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.jfr.JfrReader;
import io.pinaudit.analyzer.jfr.JfrRecording;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.trace.JavaCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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

  /** Returns the same audit with other findings: some of them, or under other names. */
  public Audit with(List<Finding> others) {
    return new Audit(
        inputs,
        List.copyOf(others),
        verdict,
        ledgers,
        startNanos,
        endNanos,
        kernelEvents,
        javaCalls,
        activity,
        diagnostics,
        faults);
  }

  /** Returns whether the run still went on when it was audited. */
  public boolean goesOn() {
    return verdict.equals(Verdict.GOES_ON);
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
    return of(inputs, new RunningAudit.Judging(rules, Share.ALL), watchers);
  }

  /**
   * Reads everything and judges a share of the run. What the audit says of the whole run, such as
   * its verdict and its counts of events, is right in the share that judges calls.
   *
   * @throws IOException if an input cannot be read at all
   */
  public static Audit of(Inputs inputs, Share share) throws IOException {
    return of(inputs, new RunningAudit.Judging(Rules.of(share), share));
  }

  private static Audit of(Inputs inputs, RunningAudit.Judging judging, Watcher... watchers)
      throws IOException {
    Trust trust = Trust.of(inputs);
    List<Collection<JavaCall>> calls = calls(inputs, trust);
    Diagnostics diagnostics = new Diagnostics();
    RunningAudit running = new RunningAudit(inputs.description(), judging, diagnostics, watchers);
    trust.tell(running.ledgers().sight());
    try (KernelTraces traces = new KernelTraces(inputs, diagnostics, Horizon.ofWhole())) {
      running.feed(new Timeline(calls, traces.events()), Long.MIN_VALUE);
      if (running.kernelEvents() == 0 && diagnostics.total() > 0) {
        throw noTrace(inputs.traces().getFirst(), diagnostics.shown().getFirst());
      }
      trust.judgeUnusable(diagnostics);
      traces.readers().forEach(trust::judgeReader);
    }
    return running.audit(inputs, trust, calls.stream().mapToLong(Collection::size).sum());
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

  private static List<Collection<JavaCall>> calls(Inputs inputs, Trust trust) {
    List<Collection<JavaCall>> calls = new ArrayList<>();
    List<Path> files = new ArrayList<>(inputs.jfr());
    files.addAll(inputs.unfinished());
    Set<ByteBuffer> chunksRead = new HashSet<>();
    for (Path file : files) {
      JfrRecording recording = JfrReader.read(file, chunksRead);
      calls.add(recording.calls());
      trust.judgeRecording(recording);
    }
    return calls;
  }
}
