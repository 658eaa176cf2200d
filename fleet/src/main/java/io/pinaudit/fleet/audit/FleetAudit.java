package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.fleet.row.Table;
import io.pinaudit.fleet.table.Commit;
import io.pinaudit.fleet.table.Tables;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Audits what is not in the tables yet. Rows go to the tables in an order that depends on the
 * recordings alone, so that the tables do too.
 */
public final class FleetAudit {
  /**
   * The largest number of timelines in a batch, and so the work that a killed audit loses at most.
   */
  private static final int MOST_TIMELINES = 2_000;

  private static final long MOST_BYTES = 16L << 30;

  private final Tables tables;
  private final Workers workers;
  private final Watcher watcher;
  private long splitAboveBytes = Long.MAX_VALUE;
  private boolean retryingFailed;
  private Outcome outcome = new Outcome();

  /** Is told how far the audit has come, on the thread that audits. */
  public interface Watcher {
    /** Tells how many recordings, of how many bytes, are to be audited. */
    void planned(int recordings, long bytes);

    /** Tells that the rows of a timeline are written. */
    void done(Timeline timeline);
  }

  /** Counts what an audit did. */
  public static final class Outcome {
    private int known;
    private int audited;
    private int failed;
    private long findings;

    private Outcome copy() {
      Outcome copy = new Outcome();
      copy.known = known;
      copy.audited = audited;
      copy.failed = failed;
      copy.findings = findings;
      return copy;
    }

    /** Returns the number of recordings that were in the tables already. */
    public int known() {
      return known;
    }

    /** Returns the number of recordings that were audited now. */
    public int audited() {
      return audited;
    }

    /** Returns the number of recordings that could not be audited. */
    public int failed() {
      return failed;
    }

    /** Returns the number of findings of the timelines that were audited now. */
    public long findings() {
      return findings;
    }
  }

  /**
   * Prepares an audit.
   *
   * @param tables what they hold already is not audited again
   * @param workers who audit
   * @param watcher is told how far the audit has come
   */
  public FleetAudit(Tables tables, Workers workers, Watcher watcher) {
    this.tables = tables;
    this.workers = workers;
    this.watcher = watcher;
  }

  /**
   * Has timelines that are larger than a size audited in parts, each of which reads the whole
   * timeline and judges the page frames of one device. Without this they are audited whole.
   *
   * @param bytes of the recordings of a timeline
   */
  public FleetAudit splitAbove(long bytes) {
    splitAboveBytes = bytes;
    return this;
  }

  /** Has recordings audited again whose audit has failed, whatever the reason was. */
  public FleetAudit retryingFailed(boolean again) {
    retryingFailed = again;
    return this;
  }

  /** Writes something into the tables before the first rows of an audit. */
  private interface First {
    void write() throws IOException;
  }

  /**
   * Writes recordings into the index, audits those that are not in the tables yet, and counts what
   * was done.
   *
   * @throws IOException if a table cannot be written, or the workers are gone; what was committed
   *     before stays
   */
  public Outcome run(Collection<RunHead> heads) throws IOException, InterruptedException {
    run(Timeline.of(heads), MOST_TIMELINES, () -> index(heads, tables));
    return outcome;
  }

  /** Audits timelines, so many in each commit. */
  void run(List<Timeline> timelines, int mostTimelines) throws IOException, InterruptedException {
    run(timelines, mostTimelines, () -> {});
  }

  private void run(List<Timeline> timelines, int mostTimelines, First first)
      throws IOException, InterruptedException {
    Known known = Known.of(timelines, tables, retryingFailed);
    List<Timeline> whole = timelines.stream().flatMap(one -> known.due(one).stream()).toList();
    outcome.known = recordings(timelines) - recordings(whole);
    watcher.planned(recordings(whole), whole.stream().mapToLong(Timeline::bytes).sum());
    List<Split> due = Split.of(whole, workers, splitAboveBytes);
    int from = 0;
    Workers.Audits audits = workers.audit(Split.parts(due));
    try {
      try {
        first.write(); // while the workers are busy
      } catch (OutOfMemoryError e) {
        audits.close();
        first.write();
        audits = workers.audit(Split.parts(due));
      }
      while (from < due.size()) {
        int to = endOfBatch(due, from, mostTimelines);
        Outcome before = outcome.copy();
        try {
          commit(due.subList(from, to), known, audits);
        } catch (OutOfMemoryError e) {
          // Audits that take all memory may take it from the thread that writes: then the batch is
          // done once more, and nothing is written while something is audited.
          outcome = before;
          audits.close();
          commitAlone(due.subList(from, to), known);
          audits = workers.audit(Split.parts(due.subList(to, due.size())));
        }
        from = to;
      }
    } finally {
      audits.close();
    }
  }

  private static int endOfBatch(List<Split> due, int from, int mostTimelines) {
    int to = from;
    long bytes = 0;
    while (to < due.size() && to - from < mostTimelines && bytes < MOST_BYTES) {
      bytes += due.get(to).timeline().bytes();
      to++;
    }
    return to;
  }

  private static int recordings(List<Timeline> timelines) {
    return timelines.stream().mapToInt(timeline -> timeline.recordings().size()).sum();
  }

  private void commitAlone(List<Split> batch, Known known)
      throws IOException, InterruptedException {
    try (Workers.Audits audits = workers.auditAlone(Split.parts(batch))) {
      commit(batch, known, audits);
    }
  }

  private void commit(List<Split> batch, Known known, Workers.Audits audits)
      throws IOException, InterruptedException {
    try (Commit commit = tables.commit()) {
      for (Split one : batch) {
        write(one.timeline(), one.next(audits), commit);
        watcher.done(one.timeline());
      }
      Map<String, LocalDate> superseded = new HashMap<>();
      batch.forEach(one -> superseded.putAll(known.superseded(one.timeline())));
      commit.finish(superseded, Set.of());
    }
  }

  private void write(Timeline timeline, TimelineRows rows, Commit commit) throws IOException {
    LocalDate day = timeline.day();
    for (RunRow run : rows.runs()) {
      commit.add(Table.RUNS, day, run);
      outcome.audited += run.audited() ? 1 : 0;
      outcome.failed += run.audited() ? 0 : 1;
    }
    for (var finding : rows.findings()) {
      commit.add(Table.FINDINGS, day, finding);
    }
    for (var coverage : rows.coverage()) {
      commit.add(Table.COVERAGE, day, coverage);
    }
    for (var intervention : rows.interventions()) {
      commit.add(Table.INTERVENTIONS, day, intervention);
    }
    outcome.findings += rows.findings().size();
  }

  /** Writes what was found into the index, replacing what it said of the same recordings. */
  public static void index(Collection<RunHead> heads, Tables tables) throws IOException {
    List<RunHead> once =
        Timeline.of(heads).stream()
            .flatMap(timeline -> timeline.recordings().stream())
            .sorted(Comparator.comparing(RunHead::day).thenComparing(head -> head.file().place()))
            .toList();
    try (Commit commit = tables.commit()) {
      for (RunHead head : once) {
        commit.add(Table.INDEX, head.day(), head.row());
      }
      commit.finish(
          Map.of(), once.stream().map(head -> head.row().recording()).collect(Collectors.toSet()));
    }
  }
}
