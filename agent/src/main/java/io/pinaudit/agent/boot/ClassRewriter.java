package io.pinaudit.agent.boot;

/** Rewrites classes of the application as they are defined. */
public interface ClassRewriter {
  /**
   * Rewrites a class that is about to be defined.
   *
   * @param name of the class; may be null
   * @return the new class file; null to leave the class alone
   */
  byte[] rewrite(ClassLoader loader, String name, byte[] bytes, int offset, int length);
}
