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

  private final Map<Object, Map<Key, Act>> byPlace = BoundedMap.ofLastUsed(MOST_PLACES);

  private record Key(Site site, long thread, Act.Reach reach) {}

  void add(Site site, Act act) {
    JavaCall call = act.call();
    for (Act.Reach reach : act.reaches()) {
      byPlace
          .computeIfAbsent(reach.place(), _ -> BoundedMap.ofLastUsed(MOST_ACTS))
          .put(new Key(site, call.javaThread(), reach), act);
    }
  }

  /** Returns the acts that concern the same file or memory as another act. */
  Collection<Act> about(Act other) {
    Set<Act> found = new LinkedHashSet<>();
    for (Act.Reach reach : other.reaches()) {
      Map<Key, Act> there = byPlace.get(reach.place());
      List<Act> acts = there == null ? List.of() : new ArrayList<>(there.values());
      acts.stream()
          .filter(act -> act.reaches().stream().anyMatch(reach::meets))
          .forEach(found::add);
    }
    return found;
  }
}
