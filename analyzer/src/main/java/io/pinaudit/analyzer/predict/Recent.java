package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.run.BoundedMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last acts of one side, by the file or memory that they concern. Of the acts of one site and
 * thread on the same bytes only the last is kept; if there are too many places or acts, the
 * youngest are kept.
 */
final class Recent {
  private static final int MOST_PLACES = 4_096;
  private static final int MOST_ACTS = 64;

  private final Map<Object, Map<Key, PairSide>> byPlace = BoundedMap.ofLastUsed(MOST_PLACES);

  private record Key(Site site, long thread, PairSide.Reach reach) {}

  void add(Site site, PairSide act) {
    JavaCall call = act.call();
    for (PairSide.Reach reach : act.reaches()) {
      byPlace
          .computeIfAbsent(reach.place(), _ -> BoundedMap.ofLastUsed(MOST_ACTS))
          .put(new Key(site, call.javaThread(), reach), act);
    }
  }

  /** Returns the acts that concern the same file or memory as another act. */
  Collection<PairSide> about(PairSide other) {
    Set<PairSide> found = new LinkedHashSet<>();
    for (PairSide.Reach reach : other.reaches()) {
      Map<Key, PairSide> there = byPlace.get(reach.place());
      List<PairSide> acts = there == null ? List.of() : new ArrayList<>(there.values());
      acts.stream()
          .filter(act -> act.reaches().stream().anyMatch(reach::meets))
          .forEach(found::add);
    }
    return found;
  }
}
