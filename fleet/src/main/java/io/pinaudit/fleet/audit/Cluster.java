package io.pinaudit.fleet.audit;

import java.io.IOException;
import java.util.Map;

/**
 * Lends workers on other machines. A module provides it through {@link java.util.ServiceLoader}, so
 * that nothing of a cluster is on the class path of those who use none.
 */
public interface Cluster {
  /**
   * Asks for workers.
   *
   * @param wish where, and how
   * @throws IOException if there is no such master, or it does not answer
   */
  Workers workers(Wish wish) throws IOException;

  /**
   * Says which workers are wanted.
   *
   * @param master who lends them, such as {@code local[*]} or {@code spark://host:7077}
   * @param scratch a folder on each machine for what has to be copied or unpacked; null for the
   *     folder that its JVM has for such files
   * @param settings settings of the cluster, by name
   */
  record Wish(String master, String scratch, Map<String, String> settings) {}
}
