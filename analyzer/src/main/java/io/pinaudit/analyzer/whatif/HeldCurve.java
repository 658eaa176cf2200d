package io.pinaudit.analyzer.whatif;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The number of blocks that would be held back, over time.
 *
 * @param peak the largest number at any moment
 * @param blockNanos the sum over all blocks of the nanoseconds that each is held back
 * @param points the number from each moment on, in order of time; the points suit a picture but no
 *     sums, because each shows the largest number up to the next point
 * @param whole whether the points show everything
 */
public record HeldCurve(long peak, double blockNanos, List<Point> points, boolean whole) {
  private static final int MOST_POINTS = 200;

  /** The number of blocks that are held back from a moment on. */
  public record Point(long nanos, long blocks) {}

  /** Adds up the held blocks. Confined to one thread. */
  static final class Builder {
    private static final int MOST_CHANGES = 1 << 16;

    private final NavigableMap<Long, Long> changes = new TreeMap<>();
    private double blockNanos;
    private boolean whole = true;

    /** Notes that blocks are held back from one moment to another. */
    void hold(long fromNanos, long toNanos, long blocks) {
      blockNanos += (double) (toNanos - fromNanos) * blocks;
      if (changes.size() >= MOST_CHANGES) {
        whole = false;
        return;
      }
      changes.merge(fromNanos, blocks, Long::sum);
      changes.merge(toNanos, -blocks, Long::sum);
    }

    HeldCurve build() {
      List<Point> all = new ArrayList<>();
      long held = 0;
      long peak = 0;
      for (var change : changes.entrySet()) {
        held += change.getValue();
        peak = Math.max(peak, held);
        all.add(new Point(change.getKey(), held));
      }
      return new HeldCurve(peak, blockNanos, few(all), whole);
    }

    /** Keeps the highest of the points that fall together. */
    private static List<Point> few(List<Point> all) {
      if (all.size() <= MOST_POINTS) {
        return List.copyOf(all);
      }
      long from = all.getFirst().nanos();
      long step = Math.max(1, (all.getLast().nanos() - from) / MOST_POINTS);
      NavigableMap<Long, Point> highest = new TreeMap<>();
      for (Point point : all) {
        highest.merge(
            (point.nanos() - from) / step, point, (a, b) -> a.blocks() >= b.blocks() ? a : b);
      }
      return List.copyOf(highest.values());
    }
  }
}
