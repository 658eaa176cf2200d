package io.pinaudit.agent;

import io.pinaudit.agent.guard.Guard;
import io.pinaudit.agent.guard.GuardRules;
import io.pinaudit.agent.meet.Plan;
import io.pinaudit.agent.meet.Rendezvous;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.MemoryMap;
import io.pinaudit.agent.state.Session;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.FlightRecorder;

/**
 * The part of the agent's start and end that refers to the classes in the boot loader. Guarded by
 * {@link AgentMain}.
 */
final class Installation {
  /** Watchers that were killed leave their files. */
  private static final int MOST_FILES = 10;

  private final HookInstaller installer;
  private final Coverage coverage;
  private final Session session;
  private final Map<String, FoundHazards> found = new HashMap<>();

  private Installation(HookInstaller installer, Coverage coverage, Session session) {
    this.installer = installer;
    this.coverage = coverage;
    this.session = session;
  }

  /**
   * Installs the hooks; returns what was installed.
   *
   * @param late whether the application runs already
   */
  static Installation run(
      AgentOptions options, AgentLog log, Instrumentation instrumentation, boolean late)
      throws IOException {
    RunRecording recording =
        options.record() == null ? null : RunRecording.asked(Path.of(options.record()));
    Rendezvous rendezvous = rendezvous(options);
    Guard guard = options.guard().equals(GuardRules.OFF) ? Guard.NONE : new Guard(options.guard());
    Session session = Session.create(rendezvous, guard);
    AppClasses appClasses = new AppClasses(instrumentation);
    HookInstaller installer = new HookInstaller(instrumentation, session, appClasses);
    List<HookState> states = installer.install(options);
    if (late) {
      appClasses.weaveLoaded();
      // After the hooks are in place: what is mapped meanwhile is seen twice, not missed.
      for (Mapping mapping : MemoryMap.read()) {
        session.mappings().add(mapping);
      }
    }
    for (HookState state : states) {
      log.say(describe(state));
      if (options.strict() && state.status() == HookState.Status.FAILED) {
        throw new IllegalStateException("hook " + state.name() + " failed: " + state.reason());
      }
    }
    String beats = recording == null ? options.heartbeat() : recording.heartbeats();
    Heartbeat heartbeat = beats == null ? null : Heartbeat.start(beats, session.recorder(), log);
    Coverage coverage = new Coverage(session, states, appClasses);
    coverage.tell(heartbeat);
    FlightRecorder.addListener(coverage);
    Installation installation = new Installation(installer, coverage, session);
    installation.follow(options.found());
    if (recording != null) {
      recording.start(instrumentation, log);
    }
    return installation;
  }

  /** Returns whether somebody who comes later, and wants a guard, has that guard already. */
  boolean hasGuard(GuardRules asked) {
    return asked.equals(GuardRules.OFF) || session.guard().isOf(asked);
  }

  /** Writes events of the hazards that are told of in a file, unless it is null. */
  void follow(String file) {
    if (file != null && found.size() < MOST_FILES) {
      found.computeIfAbsent(file, name -> FoundHazards.follow(name, session.recorder()));
    }
  }

  /** Ends what {@link #follow} has begun. */
  void unfollow(String file) {
    FoundHazards one = found.remove(file);
    if (one != null) {
      one.stop();
    }
  }

  private static Rendezvous rendezvous(AgentOptions options) throws IOException {
    return options.meet() == null
        ? Rendezvous.NONE
        : new Rendezvous(Plan.read(options.meet()), options.turn(), options.headStartMillis());
  }

  /** Restores the classes of the JDK. */
  void undo() {
    session.rendezvous().end();
    session.guard().end();
    installer.uninstall();
    found.values().forEach(FoundHazards::stop);
    coverage.stop();
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
