package io.pinaudit.agent.table;

import java.util.List;

/** The hook points in the foreign linker of the JDK, whose API is final since JDK 22. */
final class LinkerPoints {
  private static final String LINKER = "jdk.internal.foreign.abi.AbstractLinker";

  private static final String SEGMENTS = "jdk.internal.foreign.SegmentFactories$1";

  static final List<HookPoint> POINTS =
      List.of(
          new HookPoint("Arena.close", SEGMENTS, "cleanup/0", HookAction.FREE_SEGMENT),
          new HookPoint(
              "before Arena.close",
              "jdk.internal.foreign.MemorySessionImpl",
              "close/0",
              HookAction.CLOSE_ARENA),
          new HookPoint("Linker.downcallHandle", LINKER, "downcallHandle/3", HookAction.LINK_BOUND),
          new HookPoint(
              "Linker.downcallHandle(unbound)",
              LINKER,
              "downcallHandle/2",
              HookAction.LINK_UNBOUND));

  private LinkerPoints() {}
}
