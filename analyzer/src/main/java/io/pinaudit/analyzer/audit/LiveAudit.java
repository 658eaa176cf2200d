package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.jfr.LiveJvm;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.timeline.Timeline;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Audits a run while it is being recorded, by whichever process.
 *
 * <p>Each {@link #step} reads what was written since the last one, and judges it up to the time at
 * which all sources are complete, which is one to two seconds ago. So events are judged in the same
 * order as after the run, and the findings are the same. What comes too late for that, such as a
 * call of more than a second, is judged at once and counted; then {@link #finish} audits the whole
 * run anew, as far as it is kept. Confined to one thread.
 */
public final class LiveAudit implements AutoCloseable {
  /**
   * The age that a hazard must have to be told, in nanoseconds: what follows at once may show that
   * it is none.
   */
  private static final long SETTLED_NANOS = 300_000_000;

  /** The silence after which a recorder is taken to have been killed, in nanoseconds. */
  private static final long KILLED_NANOS = 20_000_000_000L;

  private final Path directory;
  private final Supplier<List<Rule>> rules;
  private final Horizon horizon = Horizon.ofGrowing();
  private final Diagnostics diagnostics = new Diagnostics();
  private final Inputs recorded;
  private final RunningAudit running;
  private final KernelTraces traces;
  private final Timeline timeline;
  private final LiveSources sources;
  private long calls;
  private long lateCalls;

  /**
   * Begins to audit a run.
   *
   * @param directory the run directory, in which {@code run.json} is
   * @param rules makes fresh ones
   * @param watchers who look on meanwhile
   * @throws IOException if the run's description or one of its traces cannot be read
   */
  public LiveAudit(Path directory, Supplier<List<Rule>> rules, Watcher... watchers)
      throws IOException {
    this.directory = directory;
    this.rules = rules;
    recorded = Inputs.of(List.of(directory));
    running = new RunningAudit(recorded.description(), rules.get(), diagnostics, watchers);
    sources = new LiveSources(directory, recorded.traces());
    traces = new KernelTraces(recorded, diagnostics, horizon);
    timeline = new Timeline(traces.events(), horizon);
  }

  /** Follows a JVM as well whose folder in JFR's repository is not in the run directory. */
  public void follow(Path folder) {
    sources.add(folder);
  }

  /**
   * Reads what was written since the last step, and judges what is complete.
   *
   * @throws IOException if an input cannot be read any more
   */
  public void step() throws IOException {
    sources.read();
    long before = horizon.nanos();
    horizon.reach(sources.completeNanos());
    take(before);
    running.feed(timeline, before);
  }

  private void take(long judgedNanos) {
    for (LiveJvm jvm : sources.jvms()) {
      List<JavaCall> more = jvm.take();
      calls += more.size();
      for (JavaCall call : more) {
        lateCalls += call.started().nanos() - Timeline.UNCERTAINTY_NANOS < judgedNanos ? 1 : 0;
      }
      timeline.add(more);
    }
  }

  /**
   * Returns whether the recorder has ended: it says so in {@code run.json}, or it was killed, and
   * so was or has ended every JVM. Of a recorder that does not trace the kernel's pages it is not
   * known whether it was killed.
   */
  public boolean recorderEnded() {
    boolean killed = sources.recorderSilentNanos() > KILLED_NANOS && !sources.alive();
    return killed || saysThatItEnded();
  }

  private boolean saysThatItEnded() {
    try {
      return RunDescriptionReader.read(directory).endNanos() >= 0;
    } catch (IOException e) {
      // It is being written.
      return false;
    }
  }

  /** Returns what was found by now, but for what has only just begun. */
  public List<Finding> findings() {
    return running.findings(horizon.nanos() - SETTLED_NANOS);
  }

  /**
   * Returns some findings as an audit that names no files, for reports while the run goes on.
   *
   * @param some findings that {@link #findings} returned
   */
  public Audit only(List<Finding> some) {
    return running.soFar(some, calls);
  }

  /** Returns the names under which findings of this run were told, by whichever watcher. */
  public ToldNames names() {
    return ToldNames.of(directory, recorded.description());
  }

  /** Returns where the run stands at the time up to which was judged. */
  public LiveState state() {
    LongSummaryStatistics held = running.ledgers().heldSince();
    long judged = horizon.nanos();
    return new LiveState(
        judged,
        running.kernelEvents() + calls,
        running.losses(),
        held.getCount(),
        held.getCount() == 0 ? 0 : Math.max(0, judged - held.getMin()),
        lateCalls);
  }

  /**
   * Copies the last part of the run into a run directory of its own, which then can be analyzed.
   *
   * @param target a folder that does not exist
   * @param lengthNanos about how much of the run is copied, in nanoseconds
   */
  public void copyLast(Path target, long lengthNanos) throws IOException {
    LastMinutes last = new LastMinutes(directory, target, System.nanoTime() - lengthNanos);
    last.copyTraces(recorded.traces());
    last.copyJvms(sources.folders());
    last.describe();
  }

  /** Returns sentences for people about the sources that were not waited for. */
  public Set<String> givenUp() {
    return sources.givenUp();
  }

  /**
   * Judges all that is left, once the recorder has ended, and returns what an audit of the whole
   * run returns. If something came too late to be judged in order, that is an audit of the whole
   * run.
   *
   * @throws IOException if an input cannot be read at all
   */
  public Audit finish() throws IOException {
    long before = horizon.nanos();
    while (!sources.read()) {
      take(before);
    }
    take(before);
    horizon.end();
    running.feed(timeline, before);
    Inputs inputs = Inputs.of(List.of(directory));
    Trust trust = Trust.of(inputs);
    sources.jvms().forEach(jvm -> trust.judgeRecording(jvm.recording()));
    running.describe(inputs.description());
    trust.tell(running.ledgers().sight());
    trust.judgeUnusable(diagnostics);
    traces.readers().forEach(trust::judgeReader);
    boolean inOrder = lateCalls + running.lateEvents() == 0 && givenUp().isEmpty();
    Audit followed = running.audit(inputs, trust, calls);
    return inOrder ? followed : anew(inputs, followed);
  }

  /**
   * Judges the whole run. If a part of it was dropped meanwhile, what was found in that part stays.
   */
  private Audit anew(Inputs inputs, Audit followed) throws IOException {
    Audit anew = Audit.of(inputs, rules.get());
    boolean dropped =
        anew.kernelEvents() + anew.javaCalls() < followed.kernelEvents() + followed.javaCalls();
    return dropped ? anew.with(together(anew.findings(), followed.findings())) : anew;
  }

  /** Returns each finding of either list, with the larger count. */
  private static List<Finding> together(List<Finding> some, List<Finding> others) {
    Map<String, Finding> all = new LinkedHashMap<>();
    for (Finding one : Stream.concat(others.stream(), some.stream()).toList()) {
      all.merge(one.fingerprint(), one, (a, b) -> a.count() > b.count() ? a : b);
    }
    return List.copyOf(all.values());
  }

  @Override
  public void close() throws IOException {
    traces.close();
  }
}
