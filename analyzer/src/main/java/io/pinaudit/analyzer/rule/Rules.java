package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Share;
import java.util.List;

/** Lists all rules of the analyzer. */
public final class Rules {
  private Rules() {}

  /** Returns new instances of all rules for one run, in the order in which reports list them. */
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

  /**
   * Returns new instances of the rules that have something to judge in a share of a run, in the
   * order of {@link #all()}.
   */
  public static List<Rule> of(Share share) {
    return all().stream().filter(rule -> share.judgesCalls() || rule.judgesFrames()).toList();
  }
}
