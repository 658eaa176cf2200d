package io.pinaudit.fleet.spark;

import io.pinaudit.fleet.audit.Auditor;
import io.pinaudit.fleet.audit.Timeline;
import io.pinaudit.fleet.audit.TimelineRows;
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
  private record AuditOfEach() implements PackTask.Reading<Timeline, TimelineRows> {
    @Override
    public TimelineRows read(Auditor auditor, Timeline timeline) throws IOException {
      return auditor.rows(timeline);
    }

    @Override
    public TimelineRows lost(Timeline timeline, String why) {
      return Auditor.failed(timeline, why);
    }

    @Override
    public long bytes(Timeline timeline) {
      return timeline.bytes();
    }
  }

  @Override
  public List<RunHead> heads(Collection<RunFile> files) throws IOException, InterruptedException {
    List<RunHead> heads = new ArrayList<>();
    try (PackStream<RunFile, RunHead> all =
        new PackStream<>(spark, List.copyOf(files), new PackTask<>(new Heads(), scratch))) {
      for (int i = 0; i < files.size(); i++) {
        heads.add(all.next());
      }
    }
    return heads;
  }

  @Override
  public Audits audit(List<Timeline> timelines) {
    PackStream<Timeline, TimelineRows> all =
        new PackStream<>(spark, timelines, new PackTask<>(new AuditOfEach(), scratch));
    return new Audits() {
      @Override
      public TimelineRows next() throws IOException, InterruptedException {
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
  public Audits auditAlone(List<Timeline> timelines) {
    return audit(timelines);
  }

  @Override
  public void close() {
    spark.close();
  }
}
