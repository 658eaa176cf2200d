package io.pinaudit.agent.table;

import java.util.List;

/**
 * The hook points in jffi, through which jnr-ffi and jnr-posix call native functions. They are
 * woven when jffi's classes are defined.
 */
final class JffiPoints {
  private static final String JNR = "jnr.ffi.provider.jffi.X86MethodGenerator";

  static final List<HookPoint> POINTS =
      List.of(
          new HookPoint("jffi", "com.kenai.jffi.Invoker", "invoke/0", HookAction.JFFI),
          new HookPoint(
              "jffi lookup",
              "com.kenai.jffi.Library",
              "getSymbolAddress/1",
              HookAction.JFFI_LOOKUP),
          new HookPoint("jnr-ffi", JNR, "isSupported/3", HookAction.JNR_STUB));

  private JffiPoints() {}
}
