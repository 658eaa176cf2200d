package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.fleet.Fleet;
import io.pinaudit.fleet.audit.Cluster.Wish;
import io.pinaudit.fleet.audit.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real YARN with one machine: its resource manager, a node manager, and their containers. */
@Tag("full")
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class YarnIT {
  private static final String LOOPBACK = "127.0.0.1";

  @TempDir private Path folder;

  private static Configuration settings() {
    Configuration settings = new YarnConfiguration();
    settings.setInt("yarn.scheduler.minimum-allocation-mb", 128);
    settings.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    settings.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    settings.setBoolean("yarn.nodemanager.disk-health-checker.enable", false);
    settings.set("yarn.application.classpath", "");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.capacity", "100");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    return settings;
  }

  private static Workers workers(Configuration yarn) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (var setting : yarn.getPropsWithPrefix("yarn.resourcemanager.").entrySet()) {
      if (setting.getKey().contains("address")) {
        settings.put("spark.hadoop.yarn.resourcemanager." + setting.getKey(), setting.getValue());
      }
    }
    settings.put("spark.jars", ClusterIT.job().toUri().toString());
    settings.put("spark.yarn.jars", ClusterIT.jars().resolve("*").toUri().toString());
    settings.put("spark.driver.host", LOOPBACK);
    settings.put("spark.driver.bindAddress", LOOPBACK);
    settings.put("spark.executor.instances", "1");
    settings.put("spark.executor.memory", "512m");
    settings.put("spark.yarn.am.memory", "512m");
    return new SparkCluster().workers(new Wish("yarn", null, settings));
  }

  @Test
  void givesTheRowsOfOneProcess() throws Exception {
    Path runs = folder.resolve("runs");
    Runs.ofAllKinds(runs);
    Path tables = folder.resolve("tables of YARN");
    System.setProperty("test.build.data", folder.resolve("yarn").toString());
    try (MiniYARNCluster yarn = new MiniYARNCluster("pinaudit", 1, 1, 1)) {
      yarn.init(settings());
      yarn.start();
      try (Workers workers = workers(yarn.getConfig())) {
        Fleet.audit(tables, workers, List.of(runs.toString()));
      }
    }
    Fleet.audit(folder.resolve("tables of one"), runs);
    assertEquals(Fleet.all(folder.resolve("tables of one")), Fleet.all(tables));
  }
}
