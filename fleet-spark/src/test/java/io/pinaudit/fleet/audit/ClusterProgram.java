package io.pinaudit.fleet.audit;

import io.pinaudit.fleet.find.Roots;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.table.Tables;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The driver of an audit in a JVM of its own, which can be killed. */
public final class ClusterProgram {
  private ClusterProgram() {}

  /** Audits, and says of each timeline that it is written: MASTER ROOT TABLES IN_ONE_COMMIT JAR. */
  public static void main(String[] args) throws Exception {
    Cluster cluster = ServiceLoader.load(Cluster.class).findFirst().orElseThrow();
    Cluster.Wish wish =
        new Cluster.Wish(
            args[0], null, Map.of("spark.jars", args[4], "spark.driver.host", "127.0.0.1"));
    try (Workers workers = cluster.workers(wish);
        Tables open = Tables.writing(Path.of(args[2]))) {
      List<RunHead> heads = workers.heads(Roots.find(List.of(args[1])));
      new FleetAudit(open, workers, new Told()).run(Timeline.of(heads), Integer.parseInt(args[3]));
    }
  }

  private static final class Told implements FleetAudit.Watcher {
    @Override
    public void planned(int recordings, long bytes) {}

    @Override
    public void done(Timeline timeline) {
      System.out.println(timeline.id());
    }
  }
}
