package io.pinaudit.agent.table;

import java.util.ArrayList;
import java.util.List;

/**
 * The table of the instrumented methods: always those of the lowest layer that still has the
 * arguments.
 *
 * <p>Which rows match depends on the JDK and on the libraries of the application. If several rows
 * have one name, the first that matches is used.
 */
public final class HookTable {
  /** All rows; the number of a hook is its place in this list. */
  public static final List<HookPoint> POINTS = all();

  private HookTable() {}

  private static List<HookPoint> all() {
    List<HookPoint> points = new ArrayList<>(JdkPoints.POINTS);
    points.addAll(MarkerPoints.POINTS);
    points.addAll(JnaPoints.POINTS);
    points.addAll(JffiPoints.POINTS);
    points.addAll(LinkerPoints.POINTS);
    return List.copyOf(points);
  }
}
