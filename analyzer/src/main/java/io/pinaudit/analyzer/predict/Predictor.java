package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.audit.Watcher;
import io.pinaudit.analyzer.plan.Pair;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.plan.Site;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for pairs while a run is read. Memory grows with the number of sites and pairs, which is
 * bounded, and not with the run.
 */
final class Predictor implements Watcher {
  private static final int MOST_SITES = 20_000;
  private static final int MOST_FOUND = 10_000;

  private final long withinNanos;
  private final ThreadOrders orders = new ThreadOrders();
  private final Recent hands = new Recent();
  private final Recent takes = new Recent();
  private final Map<Site, Integer> calls = new HashMap<>();
  private final Map<Key, Found> found = new LinkedHashMap<>();

  private record Key(Site hands, Site takes) {}

  /**
   * Two calls of a pair that came near.
   *
   * @param byOneThread whether both are of tasks that one thread of a pool has run: such calls are
   *     less likely to overlap than those of two threads
   */
  private record Encounter(PairSide hands, PairSide takes, boolean byOneThread, long gapNanos) {
    private static final Comparator<Encounter> NEAREST_FIRST =
        Comparator.comparing(Encounter::byOneThread).thenComparingLong(Encounter::gapNanos);

    boolean handsFirst() {
      return hands.call().started().nanos() <= takes.call().started().nanos();
    }

    boolean isNearerThan(Encounter other) {
      return other == null || NEAREST_FIRST.compare(this, other) < 0;
    }
  }

  /** How a pair came near. */
  private static final class Found {
    private Encounter nearest;
    private Encounter farthest;
    private PairSide.Reach reach;
    private String file;
    private long count;
  }

  /**
   * Makes the predictor of one run.
   *
   * @param withinNanos the largest time between the beginnings of two calls of a pair, in
   *     nanoseconds
   */
  Predictor(long withinNanos) {
    this.withinNanos = withinNanos;
  }

  @Override
  public void observe(Moment moment, Ledgers ledgers) {
    if (moment.event() instanceof TraceEvent.CallStarted(_, JavaCall call)) {
      switch (call.effect()) {
        case JavaCall.ThreadOrdered order -> orders.ordered(call, order);
        case JavaCall.Pinned pin when pin.alive() -> {}
        case JavaCall.HandsOver effect -> handed(call, effect, ledgers);
        case JavaCall.TakesAway effect -> taken(call, effect, ledgers);
        case JavaCall.Maps _, JavaCall.GivesBack _, JavaCall.Harmless _ -> {}
      }
    }
  }

  private void handed(JavaCall call, JavaCall.HandsOver effect, Ledgers ledgers) {
    List<PairSide.Reach> reaches = PairSide.handed(call, effect, ledgers);
    if (!reaches.isEmpty()) {
      Site site = Site.of(call, Site.Nth.FIRST);
      PairSide act = new PairSide(call, count(site), reaches);
      takes.about(act).forEach(other -> pair(act, other, other, ledgers));
      hands.add(site, act);
    }
  }

  private void taken(JavaCall call, JavaCall.TakesAway effect, Ledgers ledgers) {
    List<PairSide.Reach> reaches = PairSide.taken(call, effect, ledgers);
    if (!reaches.isEmpty()) {
      Site site = Site.of(call, Site.Nth.FIRST);
      PairSide act = new PairSide(call, count(site), reaches);
      hands.about(act).forEach(other -> pair(other, act, other, ledgers));
      takes.add(site, act);
    }
  }

  /** Counts as the agent does, which knows no lines. */
  private int count(Site site) {
    Site key = new Site(site.operation(), site.frames(), List.of(), Site.Nth.FIRST);
    return calls.size() < MOST_SITES || calls.containsKey(key)
        ? calls.merge(key, 1, Integer::sum)
        : 1;
  }

  private void pair(PairSide hand, PairSide take, PairSide earlier, Ledgers ledgers) {
    PairSide later = earlier.equals(hand) ? take : hand;
    long gap = later.call().started().nanos() - earlier.call().started().nanos();
    if (gap > withinNanos || areOrdered(earlier.call(), later.call())) {
      return;
    }
    Key key = new Key(Site.of(hand.call(), Site.Nth.FIRST), Site.of(take.call(), Site.Nth.FIRST));
    if (found.size() >= MOST_FOUND && !found.containsKey(key)) {
      return;
    }
    Found one = found.computeIfAbsent(key, _ -> new Found());
    one.count++;
    Encounter encounter = new Encounter(hand, take, areOfOneThread(hand.call(), take.call()), gap);
    if (encounter.isNearerThan(one.nearest)) {
      one.nearest = encounter;
      one.reach = common(hand, take);
      one.file = file(one.reach, hand, ledgers);
    }
    if (one.farthest == null || gap > one.farthest.gapNanos()) {
      one.farthest = encounter;
    }
  }

  private boolean areOrdered(JavaCall earlier, JavaCall later) {
    return areOfOneThread(earlier, later)
        ? !Tasks.differ(earlier, later)
        : orders.orders(earlier, later);
  }

  private static boolean areOfOneThread(JavaCall one, JavaCall other) {
    return ThreadOrders.JavaThread.of(one).equals(ThreadOrders.JavaThread.of(other));
  }

  private static PairSide.Reach common(PairSide hand, PairSide take) {
    return hand.reaches().stream()
        .filter(reach -> take.reaches().stream().anyMatch(reach::meets))
        .findFirst()
        .orElseThrow();
  }

  private static String file(PairSide.Reach reach, PairSide hand, Ledgers ledgers) {
    return reach.place() instanceof FileRef file
        ? ledgers.names().path(file)
        : hand.call().file().map(JavaCall.Named::path).orElse(null);
  }

  /**
   * Returns the pairs that were found, those of two threads first, and then the nearest first.
   *
   * @param most the largest number of pairs
   */
  Plan plan(int most) {
    return new Plan(
        found.values().stream()
            .sorted(Comparator.comparing(one -> one.nearest, Encounter.NEAREST_FIRST))
            .limit(most)
            .map(Predictor::pair)
            .toList());
  }

  private static Pair pair(Found one) {
    Encounter near = one.nearest;
    Encounter far = one.farthest;
    return Pair.of(
        site(near.hands(), far.hands()),
        site(near.takes(), far.takes()),
        new Pair.Near(
            one.reach.subject(), one.file, near.gapNanos(), near.handsFirst(), one.count));
  }

  private static Site site(PairSide near, PairSide far) {
    return Site.of(near.call(), new Site.Nth(near.nth(), far.nth()));
  }
}
