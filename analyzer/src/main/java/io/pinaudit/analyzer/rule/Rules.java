package io.pinaudit.analyzer.rule;

import java.util.List;

/** All rules there are. */
public final class Rules {
  private Rules() {}

  /** A fresh set for one run, in the order of a report. */
  public static List<Rule> all() {
    return List.of(
        new FreedWhilePinned(),
        new ReusedWhilePinned(),
        new TruncateStalledByPin(),
        new OrphanedWhilePinned(),
        new UnmappedWhilePinned(),
        new TruncatedBelowMapping(),
        new StorageEndpointRace(),
        new LongtermPinOnFile(),
        new UnorderedCut());
  }
}
