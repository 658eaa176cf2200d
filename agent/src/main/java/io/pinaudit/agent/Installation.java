package io.pinaudit.agent;

import java.lang.instrument.Instrumentation;
import java.util.List;
import jdk.jfr.FlightRecorder;

/** The part of the start that refers to the classes in the boot loader. */
final class Installation {
  private Installation() {}

  static void run(AgentOptions options, AgentLog log, Instrumentation instrumentation) {
    Session session = Session.create();
    AppClasses appClasses = new AppClasses(instrumentation);
    List<HookState> states = new HookInstaller(instrumentation, session, appClasses).install();
    for (HookState state : states) {
      log.say(describe(state));
      if (options.strict() && state.status() == HookState.Status.FAILED) {
        throw new IllegalStateException("hook " + state.name() + " failed: " + state.reason());
      }
    }
    FlightRecorder.addListener(new Coverage(session, states, appClasses));
  }

  private static String describe(HookState state) {
    String reason = state.reason() == null ? "" : " (" + state.reason() + ")";
    return "hook \""
        + state.name()
        + "\" "
        + state.status().text()
        + ", "
        + state.matches()
        + " methods"
        + reason;
  }
}
