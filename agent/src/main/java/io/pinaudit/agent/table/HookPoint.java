package io.pinaudit.agent.table;

/**
 * A row of the hook table.
 *
 * @param name name of the hook in reports
 * @param className the class whose method is instrumented
 * @param key the method and the number of its arguments, as in {@code map/5}: descriptors move
 *     between JDKs, the number of arguments hardly ever
 */
public record HookPoint(String name, String className, String key, HookAction action) {
  /** Returns the name of the method. */
  public String method() {
    return key.substring(0, key.indexOf('/'));
  }

  /** Returns whether the method is a native method of the JDK, whose names end in 0. */
  public boolean isNative() {
    return method().endsWith("0");
  }
}
