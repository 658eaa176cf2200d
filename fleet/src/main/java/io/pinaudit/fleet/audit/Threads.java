package io.pinaudit.fleet.audit;

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
  /** The number of results for each thread that may wait, so that a long audit stops no other. */
  private static final int AHEAD = 3;

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
    Ahead<RunFile, RunHead> ahead =
        new Ahead<>(files.iterator(), AHEAD * threads, file -> () -> auditor.head(file));
    List<RunHead> heads = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      heads.add(ahead.next());
    }
    return heads;
  }

  @Override
  public Audits audit(List<Timeline> timelines) {
    return audits(timelines, AHEAD * threads);
  }

  @Override
  public Audits auditAlone(List<Timeline> timelines) {
    return audits(timelines, 0);
  }

  private Audits audits(List<Timeline> timelines, int window) {
    Ahead<Timeline, TimelineRows> ahead =
        new Ahead<>(timelines.iterator(), window, timeline -> () -> auditor.rows(timeline));
    return new Audits() {
      @Override
      public TimelineRows next() throws IOException, InterruptedException {
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

    R next() throws IOException, InterruptedException {
      while (left.hasNext() && begun.size() <= window) {
        begun.add(executor.submit(work.apply(left.next())));
      }
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
