package io.pinaudit.fleet.spark;

import io.pinaudit.fleet.spark.PackTask.Done;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Has all items read and gives the results in the order of the items. Two jobs are under way at a
 * time: executors that find no more to do in one begin with the other, and what waits in the
 * driver's memory does not grow with the number of items.
 */
final class PackStream<T, R> implements AutoCloseable {
  private static final int JOBS = 2;

  /** The number of packs in a job, for each processor and at least. */
  private static final int PACKS_EACH = 8;

  private static final int FEWEST_PACKS = 64;

  private final JavaSparkContext spark;
  private final PackTask<T, R> task;
  private final List<Pack<T>> packs;
  private final int inOneJob;
  private final Deque<PackJob<T, R>> jobs = new ArrayDeque<>();
  private int begun;
  private Iterator<R> results = Collections.emptyIterator();

  PackStream(JavaSparkContext spark, List<T> items, PackTask<T, R> task) {
    int processors = spark.defaultParallelism();
    this.spark = spark;
    this.task = task;
    this.packs = Pack.of(items, task.reading()::bytes, processors);
    this.inOneJob = Math.max(FEWEST_PACKS, PACKS_EACH * processors);
  }

  R next() throws IOException, InterruptedException {
    while (!results.hasNext()) {
      results = nextPack();
    }
    return results.next();
  }

  private Iterator<R> nextPack() throws IOException, InterruptedException {
    begin();
    PackJob<T, R> job = jobs.getFirst();
    Pack<T> pack = job.pack();
    Done<R> done = job.next();
    if (job.isTaken()) {
      jobs.removeFirst();
    }
    if (done.results() == null) {
      jobs.addFirst(PackJob.begin(spark, pack.singles(), task));
      return Collections.emptyIterator();
    }
    return done.results().iterator();
  }

  private void begin() throws IOException {
    while (jobs.size() < JOBS && begun < packs.size()) {
      int end = Math.min(packs.size(), begun + inOneJob);
      jobs.addLast(PackJob.begin(spark, packs.subList(begun, end), task));
      begun = end;
    }
  }

  @Override
  public void close() {
    jobs.forEach(PackJob::cancel);
    jobs.clear();
  }
}
