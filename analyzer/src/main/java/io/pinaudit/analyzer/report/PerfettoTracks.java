package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.PageOwners;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * The tracks of one run as trace events: its threads, its files and its findings are the three
 * "processes" of the picture. Confined to one thread.
 */
final class PerfettoTracks implements Watcher {
  /** The number of processes that a run has in the picture. */
  static final int PROCESSES = 3;

  private static final int THREADS = 0;
  private static final int FILES = 1;
  private static final int FINDINGS = 2;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final int FEW = 256;

  private final Audit audit;
  private final JsonWriter json;
  private final int firstProcess;
  private final Set<Integer> threads = new HashSet<>();
  private final Map<FileRef, Integer> files = new HashMap<>();
  private final Map<Integer, Stamp> waits = new HashMap<>();
  private final IdentityHashMap<Pin, FileRef> open = new IdentityHashMap<>();
  private int most = FEW;
  private long pins;

  PerfettoTracks(Audit audit, JsonWriter json, int firstProcess) {
    this.audit = audit;
    this.json = json;
    this.firstProcess = firstProcess;
  }

  /** Names the processes of a run. */
  void begin(String run) {
    String suffix = run.isEmpty() ? "" : " of " + run;
    name("process_name", THREADS, 0, "threads" + suffix);
    name("process_name", FILES, 0, "files" + suffix);
    name("process_name", FINDINGS, 0, "findings" + suffix);
  }

  private void name(String what, int process, int track, String name) {
    event("M", what, process, track, () -> json.object("args", () -> json.put("name", name)));
  }

  private void event(String phase, String name, int process, int track, Runnable more) {
    json.element(
        () -> {
          json.put("ph", phase).put("name", Words.printable(name));
          json.put("pid", firstProcess + process).put("tid", track);
          more.run();
        });
  }

  /** Writes when something began and how long it lasted. */
  private void times(long nanos, long lastedNanos) {
    json.put("ts", (nanos - audit.startNanos()) / NANOS_PER_MICRO);
    if (lastedNanos >= 0) {
      json.put("dur", lastedNanos / NANOS_PER_MICRO);
    }
  }

  private int thread(Stamp stamp) {
    if (threads.add(stamp.tid())) {
      name("thread_name", THREADS, stamp.tid(), stamp.task() + " " + stamp.tid());
    }
    return stamp.tid();
  }

  private int file(FileRef file, Ledgers ledgers) {
    Integer known = files.get(file);
    if (known == null) {
      known = files.size() + 1;
      files.put(file, known);
      String path = ledgers.names().path(file);
      name("thread_name", FILES, known, path == null ? "inode " + file.id().inode() : path);
    }
    return known;
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    switch (moment.event()) {
      case TraceEvent.CallFinished(_, JavaCall call) -> call(call);
      case TraceEvent.PinTaken taken -> pinned(taken, ledgers);
      case TraceEvent.BlocksFreed freed -> {
        String name = "freed " + freed.blocks().count() + " blocks";
        taken(freed.stamp(), name, ledgers.file(freed.file()), ledgers);
      }
      case TraceEvent.PageRemovedFromCache removed -> {
        String name = "removed " + removed.frames().count() + " pages";
        taken(removed.stamp(), name, ledgers.file(removed.file()), ledgers);
      }
      case TraceEvent.LayoutBreakStarted start -> waits.put(start.stamp().tid(), start.stamp());
      case TraceEvent.LayoutBreakFinished end -> waited(end.stamp());
      case TraceEvent.CallStarted _, TraceEvent.KernelEvent _, TraceEvent.EventsLost _ -> {}
    }
  }

  private void call(JavaCall call) {
    int track = thread(call.started());
    boolean byGuard = call.effect() instanceof JavaCall.Guarded;
    event(
        "X",
        byGuard ? "guard before " + call.operation().name() : call.operation().name(),
        THREADS,
        track,
        () -> {
          times(call.started().nanos(), call.endNanos() - call.started().nanos());
          json.put("cat", byGuard ? "guard" : "call");
          json.object(
              "args",
              () -> {
                if (call.effect() instanceof JavaCall.Guarded guarded) {
                  json.put("guard", GuardProse.done(Interventions.one(call, guarded)));
                }
                json.put("error", call.error());
                call.stack().stream().findFirst().ifPresent(at -> json.put("at", at.toString()));
                json.put("source", call.started().source().toString());
              });
        });
  }

  private void pinned(TraceEvent.PinTaken taken, Ledgers ledgers) {
    PageOwners.Owner owner = ledgers.owners().owner(taken.pfn());
    for (Pin pin : ledgers.pins().live(new PageRange(taken.pfn(), 1))) {
      if (owner != null && pin.taken().equals(taken.stamp())) {
        open.put(pin, owner.file());
      }
    }
    if (open.size() > most) {
      ended(ledgers, false);
      most = Math.max(FEW, 2 * open.size());
    }
  }

  private void ended(Ledgers ledgers, boolean all) {
    Iterator<Map.Entry<Pin, FileRef>> each = open.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Pin, FileRef> one = each.next();
      if (all || one.getKey().dropped() != null) {
        pin(one.getKey(), file(one.getValue(), ledgers));
        each.remove();
      }
    }
  }

  /** Pins of one file overlap as they like: each is a pair of its own. */
  private void pin(Pin pin, int track) {
    pins++;
    String id = "pin" + firstProcess + "." + pins;
    long end = pin.dropped() == null ? audit.endNanos() : pin.dropped().nanos();
    String name = "pinned by " + pin.holder().operation();
    event(
        "b",
        name,
        FILES,
        track,
        () -> {
          times(pin.taken().nanos(), -1);
          json.put("cat", "pin").put("id", id);
          json.object("args", () -> json.put("pfn", pin.pfn()).put("tid", pin.taken().tid()));
        });
    event(
        "e",
        name,
        FILES,
        track,
        () -> {
          times(end, -1);
          json.put("cat", "pin").put("id", id);
        });
  }

  private void taken(Stamp stamp, String name, FileRef file, Ledgers ledgers) {
    int track = file(file, ledgers);
    event(
        "i",
        name,
        FILES,
        track,
        () -> {
          times(stamp.nanos(), -1);
          json.put("s", "t").put("cat", "taken");
          json.object("args", () -> json.put("tid", stamp.tid()).put("task", stamp.task()));
        });
  }

  private void waited(Stamp end) {
    Stamp start = waits.remove(end.tid());
    if (start != null) {
      int track = thread(start);
      event(
          "X",
          "looks for pins, or waits",
          THREADS,
          track,
          () -> {
            times(start.nanos(), end.nanos() - start.nanos());
            json.put("cat", "wait");
          });
    }
  }

  /** Writes what has not ended. */
  void end() {
    ended(audit.ledgers(), true);
  }

  /** Writes what the guard of the agent did, at the first call that it was asked about. */
  void guard(Interventions.Group group) {
    event(
        "i",
        GuardProse.done(group),
        THREADS,
        thread(group.first().started()),
        () -> {
          times(group.first().started().nanos(), -1);
          json.put("s", "t").put("cat", "guard");
          json.object("args", () -> json.put("otherwise", GuardProse.otherwise(group)));
        });
  }

  /** Writes the instances of a finding that are kept, and the steps of each. */
  void finding(Finding finding, Prose prose) {
    int track = Integer.parseInt(finding.id().substring(1));
    name("thread_name", FINDINGS, track, Prose.title(finding));
    for (Finding.Instance instance : finding.instances()) {
      event(
          "X",
          finding.rule(),
          FINDINGS,
          track,
          () -> {
            times(instance.began().nanos(), instance.nanos());
            json.put("cat", "finding");
            json.object("args", () -> json.put("where", prose.where(instance.place())));
          });
      for (Step step : instance.steps()) {
        event(
            "i",
            Words.lower(step.role()),
            FINDINGS,
            track,
            () -> {
              times(step.stamp().nanos(), -1);
              json.put("s", "t").put("cat", "step");
              json.object("args", () -> json.put("what", prose.told(step, instance)));
            });
      }
    }
  }
}
