package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Threads of this process, one for each processor. */
public final class Threads implements Workers {
  /** The number of heads for each thread that may wait. */
  private static final int HEADS_AHEAD = 3;

  /**
   * The number of rows of timelines for each thread that may wait, so that neither a long audit nor
   * the writing of tables stops the others.
   */
  private static final int ROWS_AHEAD = 64;

  private final int threads = Runtime.getRuntime().availableProcessors();
  private final ExecutorService executor =
      Executors.newFixedThreadPool(
          threads, Thread.ofPlatform().daemon().name("pinaudit-fleet-", 0).factory());
  private final Auditor auditor;

  /**
   * Starts the threads.
   *
   * @param scratch a folder for what has to be copied or unpacked
   */
  public Threads(Path scratch) {
    this.auditor = new Auditor(scratch, "PINAUDIT_JAVA_OPTS=-Xmx…");
  }

  @Override
  public List<RunHead> heads(Collection<RunFile> files) throws IOException, InterruptedException {
    return all(files, file -> () -> auditor.head(file));
  }

  @Override
  public List<List<Share>> shares(List<Timeline> timelines)
      throws IOException, InterruptedException {
    return all(timelines, timeline -> () -> auditor.shares(timeline));
  }

  private <T, R> List<R> all(Collection<T> items, Function<T, Callable<R>> work)
      throws IOException, InterruptedException {
    Ahead<T, R> ahead = new Ahead<>(items.iterator(), HEADS_AHEAD * threads, work);
    List<R> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      results.add(ahead.next());
    }
    return results;
  }

  @Override
  public Audits audit(List<Part> parts) {
    return audits(parts, ROWS_AHEAD * threads);
  }

  @Override
  public Audits auditAlone(List<Part> parts) {
    return audits(parts, 0);
  }

  private Audits audits(List<Part> parts, int window) {
    Ahead<Part, PartRows> ahead =
        new Ahead<>(parts.iterator(), window, part -> () -> auditor.rows(part));
    ahead.begin();
    return new Audits() {
      @Override
      public PartRows next() throws IOException, InterruptedException {
        return ahead.next();
      }

      @Override
      public void close() {
        ahead.close();
      }
    };
  }

  /** Work that is done on the threads while earlier results are used. */
  private final class Ahead<T, R> {
    private final Iterator<T> left;
    private final int window;
    private final Function<T, Callable<R>> work;
    private final Queue<Future<R>> begun = new ArrayDeque<>();

    Ahead(Iterator<T> all, int window, Function<T, Callable<R>> work) {
      this.left = all;
      this.window = window;
      this.work = work;
    }

    void begin() {
      while (left.hasNext() && begun.size() <= window) {
        begun.add(executor.submit(work.apply(left.next())));
      }
    }

    R next() throws IOException, InterruptedException {
      begin();
      return get(begun.remove());
    }

    void close() {
      begun.forEach(future -> future.cancel(false));
    }
  }

  private static <T> T get(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError error) {
        throw error;
      }
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
