package io.pinaudit.fleet.spark;

import io.pinaudit.fleet.spark.PackTask.Done;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.util.Failure;

/** Packs that Spark is at work on, a task each. Spark's threads bring the results. */
final class PackJob<T, R> {
  private static final long LOOK_MILLIS = 100;

  private final List<Pack<T>> packs;
  private final Object[] done; // guarded by itself; null where no result has come yet
  private final SimpleFutureAction<Integer> action;
  private int taken;

  private PackJob(JavaSparkContext spark, List<Pack<T>> packs, PackTask<T, R> task) {
    this.packs = packs;
    this.done = new Object[packs.size()];
    RDD<Pack<T>> rdd = spark.parallelize(packs, packs.size()).rdd();
    Seq<Object> all =
        CollectionConverters.asScala(
                IntStream.range(0, packs.size()).mapToObj(i -> (Object) i).toList())
            .toSeq();
    this.action =
        spark.sc().submitJob(rdd, task, all, (index, result) -> put(index, result), () -> 0);
  }

  /**
   * Lets Spark begin.
   *
   * @throws IOException if Spark has stopped
   */
  static <T, R> PackJob<T, R> begin(
      JavaSparkContext spark, List<Pack<T>> packs, PackTask<T, R> task) throws IOException {
    try {
      return new PackJob<>(spark, packs, task);
    } catch (Exception e) {
      // Scala declares none of what it throws.
      throw new IOException("Spark has stopped: " + firstLine(e), e);
    }
  }

  private scala.runtime.BoxedUnit put(Object index, Done<R> result) {
    synchronized (done) {
      done[(Integer) index] = result;
      done.notifyAll();
    }
    return scala.runtime.BoxedUnit.UNIT;
  }

  boolean isTaken() {
    return taken == packs.size();
  }

  /** Returns the pack whose results are next. */
  Pack<T> pack() {
    return packs.get(taken);
  }

  /**
   * Waits for the results of the next pack.
   *
   * @throws IOException if the job has failed
   */
  Done<R> next() throws IOException, InterruptedException {
    synchronized (done) {
      while (done[taken] == null) {
        if (action.isCompleted() && action.value().get() instanceof Failure<?> failure) {
          throw new IOException("Spark gave up: " + firstLine(failure.exception()));
        }
        done.wait(LOOK_MILLIS);
      }
      @SuppressWarnings("unchecked") // put() takes nothing else
      Done<R> next = (Done<R>) done[taken];
      done[taken] = null;
      taken++;
      return next;
    }
  }

  /** Returns what an exception says first; of what Spark wraps, what is inside. */
  static String firstLine(Throwable e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return text.lines().findFirst().orElse("");
  }

  void cancel() {
    if (!action.isCompleted()) {
      action.cancel();
    }
  }
}
