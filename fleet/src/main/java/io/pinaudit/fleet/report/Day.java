package io.pinaudit.fleet.report;

import java.util.BitSet;

/** Counts the runs and findings of one day. Confined to one thread. */
final class Day {
  private static final int SEVERITIES = 3;

  private final BitSet hosts = new BitSet();
  private final long[] findings = new long[SEVERITIES];
  private long runs;
  private long complete;
  private long failed;

  void host(int number) {
    hosts.set(number);
  }

  void run(boolean isComplete, boolean hasFailed) {
    runs++;
    complete += isComplete ? 1 : 0;
    failed += hasFailed ? 1 : 0;
  }

  void finding(int severityRank) {
    findings[severityRank]++;
  }

  int hosts() {
    return hosts.cardinality();
  }

  long runs() {
    return runs;
  }

  long complete() {
    return complete;
  }

  long failed() {
    return failed;
  }

  /** Returns the number of findings of a severity, given by its rank. */
  long findings(int severityRank) {
    return findings[severityRank];
  }
}
