package io.pinaudit.agent.table;

import java.util.List;

/**
 * The hook points in JNA, of which an application brings its own version. They are woven when JNA's
 * classes are defined.
 */
final class JnaPoints {
  private static final String FUNCTION = "com.sun.jna.Function";
  private static final String NATIVE = "com.sun.jna.Native";

  static final List<HookPoint> POINTS =
      List.of(
          new HookPoint("JNA", FUNCTION, "invoke/4", HookAction.JNA),
          new HookPoint("JNA register", NATIVE, "register/2", HookAction.JNA_REGISTER),
          new HookPoint("JNA direct mapping", NATIVE, "registerMethod/0", HookAction.JNA_DIRECT));

  private JnaPoints() {}
}
