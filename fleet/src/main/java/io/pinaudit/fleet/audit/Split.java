package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.timeline.Share;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A timeline and the parts in which it is audited.
 *
 * @param shares at least one; the first judges calls
 */
record Split(Timeline timeline, List<Share> shares) {
  /**
   * Splits the timelines that are larger than some size, as far as each can be.
   *
   * @param above that size in bytes
   */
  static List<Split> of(List<Timeline> timelines, Workers workers, long above)
      throws IOException, InterruptedException {
    List<Timeline> large = timelines.stream().filter(one -> one.bytes() > above).toList();
    List<List<Share>> shares = large.isEmpty() ? List.of() : workers.shares(large);
    Map<String, List<Share>> byId = new HashMap<>();
    for (int i = 0; i < large.size(); i++) {
      byId.put(large.get(i).id(), shares.get(i));
    }
    return timelines.stream()
        .map(one -> new Split(one, byId.getOrDefault(one.id(), List.of(Share.ALL))))
        .toList();
  }

  /** Returns the parts of all timelines, in their order. */
  static List<Part> parts(List<Split> splits) {
    List<Part> parts = new ArrayList<>();
    splits.forEach(one -> one.shares.forEach(share -> parts.add(new Part(one.timeline, share))));
    return parts;
  }

  /** Takes the rows of this timeline's parts, which are next, and makes the timeline's of them. */
  TimelineRows next(Workers.Audits audits) throws IOException, InterruptedException {
    List<PartRows> parts = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      parts.add(audits.next());
    }
    return PartRows.together(timeline, parts).rows();
  }
}
