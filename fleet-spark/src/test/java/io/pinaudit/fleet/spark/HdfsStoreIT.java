package io.pinaudit.fleet.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** Runs in a real HDFS. */
class HdfsStoreIT extends StoreContract {
  private MiniDFSCluster hdfs;

  @Override
  Map<String, String> startStore(Path place) throws IOException {
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, place.toString());
    hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    return Map.of();
  }

  @Override
  void stopStore() {
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Override
  String root() {
    return hdfs.getURI().toString();
  }
}
