package io.pinaudit.agent.table;

import java.util.List;

/** The hook points in the methods by which a program itself tells the agent what it has pinned. */
final class MarkerPoints {
  private static final String MARKER = "io.pinaudit.events.PinMarker";

  static final List<HookPoint> POINTS =
      List.of(
          new HookPoint("PinMarker.pin", MARKER, "pin/2", HookAction.MARK_PIN),
          new HookPoint("PinMarker.unpin", MARKER, "unpin/2", HookAction.MARK_UNPIN));

  private MarkerPoints() {}
}
