package io.pinaudit.junit;

import io.pinaudit.agent.AgentMain;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.commons.JUnitException;

/** The agent in the JVM of the tests. */
final class AgentInThisJvm {
  private static final String ADVICE =
      "; start the tests' JVM with -javaagent:pinaudit-agent.jar, or let the goal prepare-agent of"
          + " pinaudit-maven-plugin do so";

  private AgentInThisJvm() {}

  /**
   * Loads the agent by a process that attaches to this one, unless the agent is here already.
   *
   * @throws JUnitException if this JVM takes no agent, with what to do
   */
  static synchronized void ensure() throws IOException {
    if (isHere()) {
      return;
    }
    String answer = attach(jar());
    if (!isHere()) {
      throw new JUnitException("the pinaudit agent cannot be loaded: " + answer + ADVICE);
    }
  }

  /** Returns whether the agent runs here: it defines classes in the boot loader. */
  private static boolean isHere() {
    try {
      Class.forName("io.pinaudit.agent.boot.Dispatcher", false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static Path jar() {
    try {
      return Path.of(AgentMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new JUnitException("the pinaudit agent's jar has no path", e);
    }
  }

  private static String attach(Path jar) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      return "this Java has no jcmd";
    }
    String pid = Long.toString(ProcessHandle.current().pid());
    ProcessBuilder builder =
        new ProcessBuilder(jcmd.toString(), pid, "JVMTI.agent_load", jar.toString())
            .redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return answer.strip().lines().reduce((first, last) -> last).orElse("no answer");
  }
}
