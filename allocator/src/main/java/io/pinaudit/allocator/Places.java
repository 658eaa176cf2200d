package io.pinaudit.allocator;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;

/** Finds the place in the application that is calling. */
final class Places {
  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final String OURS = Places.class.getPackageName() + ".";
  private static final int MOST_FRAMES = 16;

  private Places() {}

  /** The caller's frames, without this package's own; costs about a microsecond. */
  static List<StackTraceElement> here() {
    return WALKER.walk(
        frames ->
            frames
                .dropWhile(Places::isOurs)
                .limit(MOST_FRAMES)
                .map(StackFrame::toStackTraceElement)
                .toList());
  }

  /** A test or a program that lives in this package is a caller like any other. */
  private static boolean isOurs(StackFrame frame) {
    return frame.getClassName().startsWith(OURS) && OWN.contains(simpleName(frame));
  }

  private static String simpleName(StackFrame frame) {
    String name = frame.getClassName().substring(OURS.length());
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static final Set<String> OWN =
      Set.of(
          "Places",
          "Pin",
          "Holders",
          "Extent",
          "ExtentPool",
          "Lease",
          "PinnedArena",
          "PinnedFile",
          "RangeLease",
          "Trail");
}
