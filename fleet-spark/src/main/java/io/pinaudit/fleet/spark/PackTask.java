package io.pinaudit.fleet.spark;

import io.pinaudit.fleet.audit.Auditor;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import scala.Function1;
import scala.collection.Iterator;

/**
 * Reads the recordings of one pack in a task. What takes its executor down takes its whole pack
 * with it: from the second attempt on each item of a pack is a task of its own, and an item that
 * has taken three executors down is given up.
 */
final class PackTask<T, R> implements Function1<Iterator<Pack<T>>, PackTask.Done<R>>, Serializable {
  private static final long serialVersionUID = 1;
  private static final int LAST_ATTEMPT = 3;

  /** One for each scratch folder in a JVM, since all tasks of a JVM share its memory. */
  private static final Map<Path, Auditor> AUDITORS = new ConcurrentHashMap<>();

  private final Reading<T, R> reading;
  private final String scratch;

  /** Reads an item of a pack, in an executor. */
  interface Reading<T, R> extends Serializable {
    R read(Auditor auditor, T item) throws IOException;

    /** Returns the result for an item that cannot be read. */
    R lost(T item, String why) throws IOException;

    /** Returns the size of an item, by which they are packed. */
    long bytes(T item);
  }

  /**
   * The results of a pack, in the order of its items.
   *
   * @param results null if each item is to be a task of its own
   */
  record Done<R>(List<R> results) implements Serializable {}

  PackTask(Reading<T, R> reading, String scratch) {
    this.reading = reading;
    this.scratch = scratch;
  }

  Reading<T, R> reading() {
    return reading;
  }

  @Override
  public Done<R> apply(Iterator<Pack<T>> partition) {
    List<T> items = partition.next().items();
    int attempt = TaskContext.get().attemptNumber();
    if (attempt > 0 && items.size() > 1) {
      return new Done<>(null);
    }
    try {
      return new Done<>(attempt < LAST_ATTEMPT ? read(items) : lost(items));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<R> read(List<T> items) throws IOException {
    Auditor auditor = auditor();
    List<R> results = new ArrayList<>();
    for (T item : items) {
      results.add(reading.read(auditor, item));
    }
    return results;
  }

  private List<R> lost(List<T> items) throws IOException {
    List<R> results = new ArrayList<>();
    for (T item : items) {
      results.add(
          reading.lost(
              item,
              "error: its audit ended %d times with its executor: memory?"
                  .formatted(LAST_ATTEMPT)));
    }
    return results;
  }

  private Auditor auditor() throws IOException {
    Path folder =
        Files.createDirectories(
            Path.of(scratch == null ? System.getProperty("java.io.tmpdir") : scratch));
    return AUDITORS.computeIfAbsent(
        folder, each -> new Auditor(each, "--spark spark.executor.memory=…"));
  }
}
