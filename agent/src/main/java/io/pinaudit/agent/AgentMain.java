package io.pinaudit.agent;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.table.BadOptionException;
import java.lang.instrument.Instrumentation;

/**
 * The entry points of the agent: the JVM calls {@code premain} or {@code agentmain}, and running
 * the jar prints the help text.
 */
public final class AgentMain {
  // Null while the agent is not in. Guarded by this class.
  private static Installation installed;

  /** How many have asked for the agent and not taken it out again. Guarded by this class. */
  private static int users;

  private AgentMain() {}

  /** Starts the agent before the application starts. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    start(arguments, instrumentation, false);
  }

  /** Starts the agent when it is attached to a running application. */
  public static void agentmain(String arguments, Instrumentation instrumentation) {
    start(arguments, instrumentation, true);
  }

  /** Prints the help text. */
  public static void main(String[] arguments) {
    System.out.print(AgentOptions.helpText());
  }

  private static synchronized void start(
      String arguments, Instrumentation instrumentation, boolean late) {
    AgentOptions options;
    AgentLog log;
    try {
      options = AgentOptions.parse(arguments, System.getProperties(), System.getenv());
      log = AgentLog.to(options.log());
    } catch (BadOptionException e) {
      refuse(isStrict(arguments), e.getMessage());
      return;
    } catch (SecurityException e) {
      refuse(isStrict(arguments), e.toString());
      return;
    }
    if (options.help()) {
      System.err.print(AgentOptions.helpText());
      return;
    }
    try {
      if (options.uninstall()) {
        uninstall(options, log);
      } else {
        install(options, log, instrumentation, late);
      }
    } catch (UnsupportedOperationException e) {
      log.say("disabled: " + e.getMessage());
      refuse(options.strict(), e.getMessage());
    } catch (Throwable t) {
      log.say("disabled: " + t);
      refuse(options.strict(), t.toString());
    }
  }

  /** Takes the agent out, unless others who have attached it, or started it, still use it. */
  private static void uninstall(AgentOptions options, AgentLog log) {
    if (installed == null) {
      throw new UnsupportedOperationException("nothing to uninstall");
    }
    installed.unfollow(options.found());
    users--;
    if (users > 0) {
      log.say("not uninstalled: others use it still");
      return;
    }
    installed.undo();
    installed = null;
    log.say("uninstalled");
  }

  private static void install(
      AgentOptions options, AgentLog log, Instrumentation instrumentation, boolean late)
      throws Throwable {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new UnsupportedOperationException("only Linux is supported");
    }
    if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
      throw new UnsupportedOperationException("no module jdk.jfr: try --add-modules jdk.jfr");
    }
    JdkInternals.open(instrumentation);
    if (installed != null) {
      log.say("already in this JVM");
      users++;
      if (!installed.hasGuard(options.guard())) {
        String kept = "the guard stays as it was when the agent came into this JVM";
        log.say(kept);
        System.err.println("pinaudit: " + kept);
      }
      installed.follow(options.found());
      return;
    }
    if (!BootClasses.defined()) {
      BootClasses.define();
    }
    JdkInternals.read(instrumentation, Object.class.getModule(), BootClasses.module());
    installed = Installation.run(options, log, instrumentation, late);
    users = 1;
  }

  /** Returns whether an argument list that could not be parsed asks for strictness. */
  private static boolean isStrict(String arguments) {
    return arguments != null && ("," + arguments + ",").matches(".*,strict(=true)?,.*");
  }

  private static void refuse(boolean strict, String message) {
    // One line, whatever the value of an option is.
    String reason = message.replaceAll("\\R", " ");
    if (strict) {
      throw new IllegalStateException("pinaudit: " + reason);
    }
    System.err.println("pinaudit: agent disabled: " + reason);
  }
}
