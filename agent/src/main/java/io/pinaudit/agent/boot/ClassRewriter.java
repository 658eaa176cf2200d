package io.pinaudit.agent.boot;

/** Rewrites classes of the application as they are defined. */
public interface ClassRewriter {
  /**
   * A class is about to be defined.
   *
   * @param name of the class; may be null
   * @return its new class file, or null to leave it alone
   */
  byte[] rewrite(ClassLoader loader, String name, byte[] bytes, int offset, int length);
}
