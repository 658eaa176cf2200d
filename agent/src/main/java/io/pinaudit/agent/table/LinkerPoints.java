package io.pinaudit.agent.table;

import java.util.List;

/** The foreign linker of the JDK, whose API is final since JDK 22. */
final class LinkerPoints {
  private static final String LINKER = "jdk.internal.foreign.abi.AbstractLinker";

  static final List<HookPoint> POINTS =
      List.of(
          new HookPoint("Linker.downcallHandle", LINKER, "downcallHandle/3", HookAction.LINK_BOUND),
          new HookPoint(
              "Linker.downcallHandle(unbound)",
              LINKER,
              "downcallHandle/2",
              HookAction.LINK_UNBOUND));

  private LinkerPoints() {}
}
