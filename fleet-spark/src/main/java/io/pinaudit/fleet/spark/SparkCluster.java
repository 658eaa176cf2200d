package io.pinaudit.fleet.spark;

import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.audit.Cluster;
import io.pinaudit.fleet.audit.Workers;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Lends the workers of a Spark cluster, or threads that Spark starts in this process. */
public final class SparkCluster implements Cluster {
  private static final String LOCAL = "local";
  private static final String LOOPBACK = "127.0.0.1";

  /** Makes it; the service loader calls this. */
  public SparkCluster() {}

  @Override
  public Workers workers(Wish wish) throws IOException {
    SparkConf conf = conf(wish);
    try {
      return new SparkWorkers(new JavaSparkContext(conf), wish.scratch());
    } catch (Exception e) {
      // Scala declares none of what it throws.
      throw new InputException("--master " + wish.master() + ": error: " + PackJob.firstLine(e));
    }
  }

  /** Returns the configuration. What the user or spark-submit has set stays as it is. */
  private static SparkConf conf(Wish wish) throws IOException {
    SparkConf conf = new SparkConf().setMaster(wish.master());
    wish.settings().forEach(conf::set);
    conf.setIfMissing("spark.app.name", "pinaudit fleet");
    conf.setIfMissing("spark.ui.enabled", "false");
    if (wish.master().startsWith(LOCAL)) {
      conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
      conf.setIfMissing("spark.driver.host", LOOPBACK);
      return conf;
    }
    // As in one process: runs are many and small, and more compiling costs more than it gains.
    conf.setIfMissing("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1");
    // Readers start a thread for each processor that they see.
    conf.setIfMissing("spark.executor.limitActiveProcessorCount.enabled", "true");
    Path job = jarOf(SparkCluster.class);
    if (job != null) {
      conf.setIfMissing("spark.jars", job.toUri().toString());
    }
    if (!wish.master().startsWith("k8s:")) {
      // The daemons that start executors may be of an older Java, which cannot run them.
      conf.setIfMissing("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"));
    }
    Path spark = jarOf(SparkConf.class);
    if (wish.master().startsWith("yarn") && spark != null) {
      // Else YARN looks for a whole Spark.
      conf.setIfMissing("spark.yarn.jars", spark.resolveSibling("*").toUri().toString());
      conf.setIfMissing(
          "spark.yarn.appMasterEnv.JAVA_HOME", conf.get("spark.executorEnv.JAVA_HOME"));
    }
    return conf;
  }

  /** Returns the jar that a class is in; null if it is in a folder of classes. */
  private static Path jarOf(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      Path path = Path.of(source.getLocation().toURI());
      return path.toString().endsWith(".jar") ? path : null;
    } catch (URISyntaxException e) {
      throw new IOException(source.getLocation() + ": error: not a path", e);
    }
  }
}
