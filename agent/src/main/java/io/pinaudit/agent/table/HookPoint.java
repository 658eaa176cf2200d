package io.pinaudit.agent.table;

import io.pinaudit.agent.weave.ClassWeaver;

/**
 * A row of the hook table.
 *
 * @param name what the reports call the hook; of the rows of one name the first that matches is
 *     used
 * @param className the class whose method is instrumented
 * @param argumentCount descriptors move between JDKs, the number of arguments hardly ever
 */
public record HookPoint(
    String name, String className, String method, int argumentCount, HookAction action) {
  /** Whether it is a native method of the JDK: they end in 0. */
  public boolean isNative() {
    return method.endsWith("0");
  }

  /** As the weaver names the method. */
  public String key() {
    return ClassWeaver.key(method, argumentCount);
  }
}
