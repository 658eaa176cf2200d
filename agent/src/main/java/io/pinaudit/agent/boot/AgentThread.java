package io.pinaudit.agent.boot;

/** A daemon thread of the agent itself, which the hooks do not see. */
public final class AgentThread extends Thread {
  /** Makes a thread, which is not started. */
  public AgentThread(Runnable work, String name) {
    super(null, work, name, 0, false);
    setDaemon(true);
  }
}
