package io.pinaudit.allocator.hold;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds the place in the application that is calling. The place is kept as a throwable that is
 * never thrown: so the JVM notes a stack in some 700 bytes and in about a microsecond. The frames
 * get their names only when they are asked for.
 */
public final class Places {
  private static final String OURS = "io.pinaudit.allocator.";
  private static final int MOST_FRAMES = 16;

  private Places() {}

  public static Throwable here() {
    return new Throwable();
  }

  /** Returns the caller's frames, without those of the allocator above them. */
  public static List<StackTraceElement> frames(Throwable here) {
    return Arrays.stream(here.getStackTrace())
        .dropWhile(Places::isOurs)
        .limit(MOST_FRAMES)
        .toList();
  }

  /**
   * Returns whether a frame is the allocator's. A test or a program that lives in this package is a
   * caller like any other.
   */
  private static boolean isOurs(StackTraceElement frame) {
    return frame.getClassName().startsWith(OURS) && OWN.contains(simpleName(frame));
  }

  private static String simpleName(StackTraceElement frame) {
    String name = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static final Set<String> OWN =
      Set.of(
          "Places",
          "CountedPin",
          "NotedPin",
          "Pin",
          "Holders",
          "Extent",
          "PoolExtents",
          "Lease",
          "PinnedArena",
          "PinnedFile",
          "RangeLease",
          "Roster",
          "Trail");
}
