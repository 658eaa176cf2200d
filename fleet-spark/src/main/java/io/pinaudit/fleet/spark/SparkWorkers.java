package io.pinaudit.fleet.spark;

import io.pinaudit.analyzer.timeline.Share;
import io.pinaudit.fleet.audit.Auditor;
import io.pinaudit.fleet.audit.Part;
import io.pinaudit.fleet.audit.PartRows;
import io.pinaudit.fleet.audit.Timeline;
import io.pinaudit.fleet.audit.Workers;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.RunHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** The executors of one Spark application. */
final class SparkWorkers implements Workers {
  private final JavaSparkContext spark;
  private final String scratch;

  /**
   * Takes over a context.
   *
   * @param scratch a folder on each machine; null for the folder that its JVM has for such files
   */
  SparkWorkers(JavaSparkContext spark, String scratch) {
    this.spark = spark;
    this.scratch = scratch;
  }

  /** Reads heads in a task. */
  private record Heads() implements PackTask.Reading<RunFile, RunHead> {
    @Override
    public RunHead read(Auditor auditor, RunFile file) throws IOException {
      return auditor.head(file);
    }

    @Override
    public RunHead lost(RunFile file, String why) throws IOException {
      return RunHead.broken(file, why);
    }

    @Override
    public long bytes(RunFile file) {
      return 1;
    }
  }

  /** Audits in a task. */
  private record AuditOfEach() implements PackTask.Reading<Part, PartRows> {
    @Override
    public PartRows read(Auditor auditor, Part part) throws IOException {
      return auditor.rows(part);
    }

    @Override
    public PartRows lost(Part part, String why) {
      return Auditor.failed(part.timeline(), why);
    }

    @Override
    public long bytes(Part part) {
      return part.timeline().bytes();
    }
  }

  /** Reads in a task how a timeline can be split. */
  private record Shares() implements PackTask.Reading<Timeline, List<Share>> {
    @Override
    public List<Share> read(Auditor auditor, Timeline timeline) throws IOException {
      return auditor.shares(timeline);
    }

    @Override
    public List<Share> lost(Timeline timeline, String why) {
      return List.of(Share.ALL);
    }

    @Override
    public long bytes(Timeline timeline) {
      return 1;
    }
  }

  @Override
  public List<RunHead> heads(Collection<RunFile> files) throws IOException, InterruptedException {
    return all(List.copyOf(files), new Heads());
  }

  @Override
  public List<List<Share>> shares(List<Timeline> timelines)
      throws IOException, InterruptedException {
    return all(timelines, new Shares());
  }

  private <T, R> List<R> all(List<T> items, PackTask.Reading<T, R> reading)
      throws IOException, InterruptedException {
    List<R> results = new ArrayList<>();
    try (PackStream<T, R> all = new PackStream<>(spark, items, new PackTask<>(reading, scratch))) {
      for (int i = 0; i < items.size(); i++) {
        results.add(all.next());
      }
    }
    return results;
  }

  @Override
  public Audits audit(List<Part> parts) {
    PackStream<Part, PartRows> all =
        new PackStream<>(spark, parts, new PackTask<>(new AuditOfEach(), scratch));
    return new Audits() {
      @Override
      public PartRows next() throws IOException, InterruptedException {
        return all.next();
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }

  /** Audits as always: executors have memory of their own. */
  @Override
  public Audits auditAlone(List<Part> parts) {
    return audit(parts);
  }

  @Override
  public void close() {
    spark.close();
  }
}
